FROM python:3.12-slim
CMD ["sh", "-c", "chown -R app /data && exec python main.py"]
