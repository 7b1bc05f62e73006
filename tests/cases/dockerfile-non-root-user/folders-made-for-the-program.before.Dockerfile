FROM python:3.12-slim
WORKDIR /app
RUN mkdir -p logs /var/lib/shop /opt/build /etc/shop && rm -rf /opt/build
CMD ["python", "main.py"]
