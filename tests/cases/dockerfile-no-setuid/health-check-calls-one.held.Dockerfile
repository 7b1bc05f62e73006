FROM python:3.12-slim
USER 1000:1000
HEALTHCHECK CMD ping -c1 localhost
CMD ["python", "app.py"]
