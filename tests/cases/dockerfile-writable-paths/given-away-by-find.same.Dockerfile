FROM debian:12
RUN mkdir -p /app/logs && find /app -exec chown 1000:1000 {} +
USER 1000:1000
CMD ["true"]
