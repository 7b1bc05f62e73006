FROM python:3.12-slim
ADD app.tar.gz README.md /app/
