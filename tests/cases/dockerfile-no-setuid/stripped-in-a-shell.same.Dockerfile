FROM python:3.12-slim
RUN sh -c 'find / -perm /6000 -exec chmod a-s {} +'
USER 1000:1000
ENTRYPOINT ["python", "app.py"]
