FROM python:3.12-slim
ENV MYSQL_ROOT_PASSWORD s3cr3t-value
