FROM python:3.12-slim
RUN find / -xdev -type f -perm /6000 -exec chmod a-s {} +
USER 1000:1000
ADD --chown=1000:1000 tools.tar.gz /opt/tools/
ENTRYPOINT ["python", "app.py"]
