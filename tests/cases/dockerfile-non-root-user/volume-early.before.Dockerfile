FROM python:3.12-slim
VOLUME /data
WORKDIR /app
COPY . .
CMD ["python", "main.py"]
