FROM python:3.12-slim
ARG CONFIG=production
ADD ${CONFIG}.yaml /app/config.yaml
USER 1000:1000
