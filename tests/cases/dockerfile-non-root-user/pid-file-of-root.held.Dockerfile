FROM python:3.12-slim
WORKDIR /app
COPY . .
CMD celery -A shop worker --pidfile=/var/run/worker.pid
