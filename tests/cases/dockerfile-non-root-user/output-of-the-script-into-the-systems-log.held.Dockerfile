FROM python:3.12-slim
WORKDIR /app
COPY . .
CMD exec >> /var/log/shop.log; exec python main.py
