FROM python:3.12-slim
WORKDIR /app
COPY . .
CMD ["gunicorn", "--bind", "unix:/run/gunicorn.sock", "shop.wsgi"]
