FROM python:3.12-slim
RUN chmod -v u+s /usr/bin/ping
USER 1000:1000
ENTRYPOINT ["python", "app.py"]
