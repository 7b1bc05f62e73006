FROM python:3.12-slim
COPY app.py /usr/local/lib/app.py
USER 1001:1001
CMD ["python", "/usr/local/lib/app.py"]
