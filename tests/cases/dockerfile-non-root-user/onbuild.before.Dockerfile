FROM python:3.12-slim
ONBUILD USER 1000:1000
ONBUILD COPY . /app
CMD ["python", "-m", "http.server", "8080"]
