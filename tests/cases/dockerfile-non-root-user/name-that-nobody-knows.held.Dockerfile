FROM python:3.12-slim
USER web
CMD ["python", "main.py"]
