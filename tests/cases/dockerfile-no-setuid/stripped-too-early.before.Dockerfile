FROM python:3.12-slim
RUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +
RUN apt-get update && apt-get install -y curl
USER 1000:1000
ENTRYPOINT ["python", "app.py"]
