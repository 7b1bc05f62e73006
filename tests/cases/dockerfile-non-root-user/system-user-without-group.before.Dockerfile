FROM python:3.12-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl \
    && useradd -r -u 1001 worker \
    && rm -rf /var/lib/apt/lists/*
CMD ["python", "-m", "http.server", "8080"]
