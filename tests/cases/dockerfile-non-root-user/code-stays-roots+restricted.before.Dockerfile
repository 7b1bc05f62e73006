FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN mkdir -p /app/logs /app/src /app/tmp
CMD ["python", "main.py"]
