FROM python:3.12-slim
CMD exec su-exec app python main.py
