FROM python:3.12-slim
RUN find / -xdev -perm /6000 -type f -delete
USER 1000:1000
ENTRYPOINT ["python", "app.py"]
