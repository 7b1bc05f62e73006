FROM python:3.12-slim
healthcheck cmd ["python", "health.py"]
cmd ["python", "app.py"]
