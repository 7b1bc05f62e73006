FROM python:3.12-slim
# ENV DB_PASSWORD=hunter22
RUN true \
 # PASSWORD=hunter22
 && true
