FROM python:3.12-slim
RUN curl https://get.example.com | sed 's/a/b/' | bash
