FROM python:3.12-slim
EXPOSE 80/tcp
CMD ["python", "-m", "http.server", "80"]
