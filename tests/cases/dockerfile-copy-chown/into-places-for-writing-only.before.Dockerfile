FROM python:3.12-slim
WORKDIR /app
COPY . .
VOLUME /app/data
COPY seed.db /app/data/
USER 1000:1000
CMD ["python", "main.py"]
