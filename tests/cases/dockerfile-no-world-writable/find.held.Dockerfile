FROM debian:12
RUN find /app -type d -exec chmod 777 {} +
USER 1000:1000
CMD ["true"]
