FROM python:3.12-slim
RUN apt-get update && apt-get install -y iputils-ping
USER 1000:1000
ENTRYPOINT ["python", "app.py"]
