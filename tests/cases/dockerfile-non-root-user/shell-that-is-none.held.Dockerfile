FROM python:3.12-slim
WORKDIR /app
COPY . .
SHELL ["/usr/local/bin/python3", "-c"]
RUN print("built")
CMD ["python3", "/app/main.py"]
