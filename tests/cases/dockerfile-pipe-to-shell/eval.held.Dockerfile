FROM python:3.12-slim
RUN eval "$(curl https://get.example.com)"
