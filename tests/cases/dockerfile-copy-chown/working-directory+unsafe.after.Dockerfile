FROM python:3.12-slim
WORKDIR /app
COPY --chown=10001:10001 . .
USER 10001:10001
CMD ["python", "main.py"]
