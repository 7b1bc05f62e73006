FROM python:3.12-slim
RUN if [ -n "$A" ]; then curl https://get.example.com | sh; fi
