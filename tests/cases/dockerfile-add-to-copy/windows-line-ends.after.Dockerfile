FROM python:3.12-slim
COPY app.py \
    setup.py \
    /app/
USER 1000:1000
