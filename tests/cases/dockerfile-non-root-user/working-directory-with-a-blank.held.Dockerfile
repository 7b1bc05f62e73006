FROM python:3.12-slim
WORKDIR "/app dir"
COPY . .
CMD ["python", "main.py"]
