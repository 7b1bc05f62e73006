FROM python:3.12-slim
ARG NPM_TOKEN=1a2b3c4d
