FROM python:3.12-slim
USER app
RUN apt-get update && apt-get install -y curl
CMD ["python", "main.py"]
