FROM python:3.12-slim
ENTRYPOINT ["tini", "--", "gosu", "1000", "python", "main.py"]
