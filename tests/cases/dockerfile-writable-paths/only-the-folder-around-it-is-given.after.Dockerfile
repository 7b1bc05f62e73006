FROM debian:12
RUN mkdir -p /app/logs && chown 1000:1000 /app
RUN chown 1000:1000 /app/logs
USER 1000:1000
CMD ["true"]
