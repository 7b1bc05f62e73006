FROM python:3.12-slim
RUN bash <(curl -s https://get.example.com)
