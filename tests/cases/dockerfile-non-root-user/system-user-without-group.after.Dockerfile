FROM python:3.12-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl \
    && groupadd -r -g 1001 worker && useradd -r -u 1001 -g 1001 worker \
    && rm -rf /var/lib/apt/lists/*
USER 1001:1001
CMD ["python", "-m", "http.server", "8080"]
