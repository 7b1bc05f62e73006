FROM python:3.12-slim
WORKDIR /app
# what it needs
ADD requirements.txt .
RUN pip install -r requirements.txt
USER 1000:1000
CMD ["python", "app.py"]
