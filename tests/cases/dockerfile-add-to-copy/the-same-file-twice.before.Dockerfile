FROM python:3.12-slim
ADD app.py /a/
ADD app.py /b/
ADD app.py /a/
USER 1000:1000
