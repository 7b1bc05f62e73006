FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN mkdir /app/uploads && chown 1000:1000 /app/uploads && chmod 755 /app/uploads && chmod -R 755 /app
USER 1000:1000
CMD ["true"]
