FROM python:3.12-slim
RUN curl -sS https://get.example.com/installer | php -- --install-dir=/usr/bin
