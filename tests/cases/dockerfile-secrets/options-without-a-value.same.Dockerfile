FROM python:3.12-slim
RUN adduser --disabled-password --gecos '' app && docker login --password-stdin && gh auth login --with-token
