FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN pip install .

RUN find / -xdev -type f -perm /6000 -exec chmod a-s {} +

# not root
USER 1000:1000
ENTRYPOINT ["python", "app.py"]
