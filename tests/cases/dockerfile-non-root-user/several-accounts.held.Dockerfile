FROM python:3.12-slim
RUN useradd -u 1000 web && useradd -u 1001 worker
CMD ["python", "main.py"]
