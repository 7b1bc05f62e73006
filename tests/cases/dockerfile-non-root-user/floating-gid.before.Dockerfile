FROM python:3.11-slim-bookworm
RUN groupadd -r aiuser && useradd -r -g aiuser -u 1001 aiuser
COPY serve.py /serve.py
CMD ["python", "/serve.py"]
