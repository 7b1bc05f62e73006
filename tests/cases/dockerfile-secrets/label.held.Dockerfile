FROM python:3.12-slim
LABEL org.example.api-key=1a2b3c4d5e
