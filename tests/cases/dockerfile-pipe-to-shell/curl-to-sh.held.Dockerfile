FROM python:3.12-slim
RUN curl -sSL https://get.example.com | sh
