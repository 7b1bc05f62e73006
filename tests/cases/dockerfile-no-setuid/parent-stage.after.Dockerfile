FROM python:3.12-slim AS base
RUN pip install flask
FROM base
COPY app.py /app/
RUN find / -xdev -type f -perm /6000 -exec chmod a-s {} +
USER 1000:1000
ENTRYPOINT ["python", "app.py"]
