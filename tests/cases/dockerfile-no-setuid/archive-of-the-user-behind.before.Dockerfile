FROM python:3.12-slim
USER 1000:1000
ADD --chown=1000:1000 tools.tar.gz /opt/tools/
ENTRYPOINT ["python", "app.py"]
