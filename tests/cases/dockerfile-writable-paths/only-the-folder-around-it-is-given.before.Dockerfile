FROM debian:12
RUN mkdir -p /app/logs && chown 1000:1000 /app
USER 1000:1000
CMD ["true"]
