FROM python:3.12-alpine
COPY serve.py /serve.py
USER 65534:65534
CMD ["python", "/serve.py"]
