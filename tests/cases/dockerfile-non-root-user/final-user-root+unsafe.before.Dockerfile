FROM python:3.12-slim
COPY serve.py /serve.py
USER root
CMD ["python", "/serve.py"]
