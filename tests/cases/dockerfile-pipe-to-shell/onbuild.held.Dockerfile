FROM python:3.12-slim
ONBUILD RUN curl https://get.example.com | sh
