FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN mkdir -p /app/logs uploads /var/cache/shop /var/run/shop /app/models
RUN chown 1000:1000 /app/logs /app/uploads /var/cache/shop /var/run/shop /app/models
USER 1000:1000
CMD ["python", "main.py"]
