FROM python:3.12-alpine
COPY serve.py /serve.py
USER nobody
CMD ["python", "/serve.py"]
