FROM python:3.12-slim AS base
RUN find / -xdev -type f -perm /6000 -exec chmod a-s {} +
FROM base
COPY app.py /app/
USER 1000:1000
ENTRYPOINT ["python", "app.py"]
