FROM python:3.12-slim
USER 1000:1000
RUN install -m 4755 tool bin/tool
CMD ["python", "main.py"]
