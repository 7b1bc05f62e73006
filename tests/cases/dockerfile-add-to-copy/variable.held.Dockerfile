FROM python:3.12-slim
ARG BUNDLE
ADD ${BUNDLE} /app/
