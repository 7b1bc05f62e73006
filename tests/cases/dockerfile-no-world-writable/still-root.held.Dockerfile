FROM python:3.12-slim
RUN chmod 777 /data
CMD ["gosu", "web", "python", "main.py"]
