FROM python:3.12-slim
RUN useradd -u 1200 web
WORKDIR /app
COPY . .
RUN mkdir -p /app/logs /data && chown -R web:web /app && chown web /data
USER 1200:1200
CMD ["python", "main.py"]
