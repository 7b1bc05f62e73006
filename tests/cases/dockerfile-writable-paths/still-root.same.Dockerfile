FROM python:3.12-slim
VOLUME /data
CMD ["true"]
