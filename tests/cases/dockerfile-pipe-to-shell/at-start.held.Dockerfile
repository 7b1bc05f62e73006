FROM python:3.12-slim
CMD curl https://get.example.com | sh
