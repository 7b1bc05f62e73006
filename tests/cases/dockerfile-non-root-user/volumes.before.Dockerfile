FROM python:3.12-slim
WORKDIR /app
COPY . .
VOLUME /data
EXPOSE 8000
CMD ["python", "main.py"]
