FROM python:3.12-slim
USER 1000:1000
ADD tools.tar.gz /usr/
ENTRYPOINT ["python", "app.py"]
