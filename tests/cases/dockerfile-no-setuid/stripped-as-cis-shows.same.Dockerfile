FROM python:3.12-slim
RUN find / -perm +6000 -type f -exec chmod a-s {} \; || true
USER 1000:1000
ENTRYPOINT ["python", "app.py"]
