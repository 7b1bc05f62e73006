FROM python:3.12-slim
USER root
CMD ["python", "main.py"]
