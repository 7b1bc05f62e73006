FROM python:3.12-slim
WORKDIR /app
COPY . .
CMD ["gunicorn", "--access-logfile=access.log", "--pid", "run/web.pid", "shop.wsgi"]
