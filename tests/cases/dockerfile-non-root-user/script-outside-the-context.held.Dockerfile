FROM python:3.12-slim
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
