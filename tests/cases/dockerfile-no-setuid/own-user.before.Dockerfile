FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN pip install .

# not root
USER 1000:1000
ENTRYPOINT ["python", "app.py"]
