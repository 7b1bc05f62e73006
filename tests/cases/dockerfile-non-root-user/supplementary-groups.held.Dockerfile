FROM python:3.12-slim
RUN useradd -u 1000 -G audio web
USER web
CMD ["python", "main.py"]
