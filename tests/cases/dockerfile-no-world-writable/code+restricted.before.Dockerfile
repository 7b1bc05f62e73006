FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN mkdir /app/uploads && chmod 777 /app/uploads && chmod -R 777 /app
USER 1000:1000
CMD ["true"]
