FROM python:3.12-slim
RUN apt-get update \
 && curl -fsSL https://get.example.com \
    | sudo -E bash - \
 && rm -rf /var/lib/apt/lists/*
