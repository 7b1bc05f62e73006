FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN ./setup.sh
CMD ["python", "app.py"]
