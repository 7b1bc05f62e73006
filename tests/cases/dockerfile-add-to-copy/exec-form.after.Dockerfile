FROM python:3.12-slim
COPY ["app.py", "settings.toml", "/app/"]
USER 1000:1000
