FROM debian:12
RUN mkdir -p /data /app/logs && chown -R 1000 /app && chown 1000:1000 /data
VOLUME /data
USER 1000:1000
CMD ["true"]
