FROM python:3.12-slim
USER ${RUN_AS}
CMD ["python", "main.py"]
