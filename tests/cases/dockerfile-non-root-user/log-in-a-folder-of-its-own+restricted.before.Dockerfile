FROM python:3.12-slim
WORKDIR /app
COPY . .
CMD ["gunicorn", "--access-logfile=-", "--pid", "run/web.pid", "shop.wsgi"]
