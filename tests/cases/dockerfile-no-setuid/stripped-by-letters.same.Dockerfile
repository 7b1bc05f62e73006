FROM python:3.12-slim
RUN find / -xdev -perm /u=s,g=s -exec chmod -s {} +
USER 1000:1000
ENTRYPOINT ["python", "app.py"]
