FROM python:3.12-slim
ONBUILD ADD app.py /app/
