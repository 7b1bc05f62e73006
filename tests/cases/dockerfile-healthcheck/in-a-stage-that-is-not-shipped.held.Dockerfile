FROM python:3.12-slim AS test
HEALTHCHECK CMD true
FROM python:3.12-slim
CMD python app.py
