FROM python:3.12-slim
COPY helper /usr/bin/
RUN chmod 4755 /usr/bin/helper
USER 1000:1000
ENTRYPOINT ["python", "app.py"]
