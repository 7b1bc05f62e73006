from python:3.12-slim
run pip install flask
user 1000:1000
entrypoint ["python", "app.py"]
