FROM python:3.12-slim
WORKDIR /app
COPY . .
VOLUME /app/data
COPY --chown=1000:1000 seed.db /app/data/
USER 1000:1000
CMD ["python", "main.py"]
