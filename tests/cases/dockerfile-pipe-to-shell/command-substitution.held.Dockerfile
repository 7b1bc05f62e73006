FROM python:3.12-slim
RUN sh -c "$(curl -fsSL https://get.example.com)"
