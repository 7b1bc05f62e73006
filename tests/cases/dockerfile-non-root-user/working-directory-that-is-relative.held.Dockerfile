FROM python:3.12-slim
WORKDIR shop
COPY . .
RUN mkdir logs
CMD ["python", "main.py"]
