FROM python:3.12-slim
RUN mkdir /data && chmod 777 /data
CMD ["python", "main.py"]
