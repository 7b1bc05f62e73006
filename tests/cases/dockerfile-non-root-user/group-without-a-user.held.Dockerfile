FROM python:3.12-slim
RUN groupadd app
CMD ["python", "main.py"]
