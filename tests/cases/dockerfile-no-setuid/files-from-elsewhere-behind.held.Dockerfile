FROM python:3.12-slim
USER 1000:1000
COPY --from=ghcr.io/org/tool:1 /tool /usr/bin/
ENTRYPOINT ["python", "app.py"]
