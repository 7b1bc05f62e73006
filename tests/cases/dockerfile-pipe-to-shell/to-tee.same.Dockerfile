FROM python:3.12-slim
RUN curl https://example.com/a.list | sudo tee /etc/apt/a.list && bash --version
