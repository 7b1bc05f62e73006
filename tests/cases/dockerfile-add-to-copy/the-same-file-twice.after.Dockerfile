FROM python:3.12-slim
COPY app.py /a/
COPY app.py /b/
COPY app.py /a/
USER 1000:1000
