FROM python:3.12-slim
RUN id web || useradd -u 1000 web
CMD ["python", "main.py"]
