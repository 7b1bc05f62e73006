FROM python:3.12-slim
ONBUILD HEALTHCHECK CMD true
ENTRYPOINT python app.py
