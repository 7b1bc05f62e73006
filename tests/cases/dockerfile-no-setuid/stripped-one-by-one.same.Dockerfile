FROM python:3.12-slim
run find / -type f \( -perm -4000 -o -perm -2000 \) -exec chmod ug-s {} +
USER 1000:1000
ENTRYPOINT ["python", "app.py"]
