FROM python:3.12-slim
RUN helm login --password=1a2b3c4d5e6f
