from python:3.12-slim
run pip install flask
run find / -xdev -type f -perm /6000 -exec chmod a-s {} +
user 1000:1000
entrypoint ["python", "app.py"]
