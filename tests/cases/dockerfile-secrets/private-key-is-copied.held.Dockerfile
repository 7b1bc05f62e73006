FROM python:3.12-slim
COPY id_rsa /root/.ssh/id_rsa
