FROM python:3.12-slim
COPY <<.env /app/
DEBUG=no
DB_PASSWORD=hunter22
.env
