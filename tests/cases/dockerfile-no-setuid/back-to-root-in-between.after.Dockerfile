FROM python:3.12-slim
USER 1000:1000
RUN true
USER root
RUN pip install flask
RUN find / -xdev -type f -perm /6000 -exec chmod a-s {} +
USER 1000:1000
WORKDIR /app
CMD ["python", "app.py"]
