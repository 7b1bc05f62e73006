FROM python:3.11-slim-bookworm
RUN groupadd -r -g 1001 aiuser && useradd -r -g aiuser -u 1001 aiuser
COPY serve.py /serve.py
USER 1001:1001
CMD ["python", "/serve.py"]
