FROM debian:12
RUN mkdir -p /data /app/logs && chmod 777 /data && chmod -R a+w /app
VOLUME /data
USER 1000:1000
CMD ["true"]
