FROM python:3.12-slim
RUN find / -xdev -type f -perm /6000 -exec chmod a-s {} +
USER 1000:1000
ENTRYPOINT ["python", "app.py"]
