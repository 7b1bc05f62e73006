FROM python:3.12-slim
COPY entrypoint.sh /
COPY wait /usr/local/bin/
RUN chmod 755 /entrypoint.sh /usr/local/bin/wait /app/start.sh
USER 1000:1000
CMD ["true"]
