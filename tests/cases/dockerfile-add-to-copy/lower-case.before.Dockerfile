from python:3.12-slim
add app.py /app/
user 1000:1000
