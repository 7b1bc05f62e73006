from python:3.12-slim
copy app.py /app/
user 1000:1000
