FROM debian:12
WORKDIR /app
RUN chown -R 1000:1000 /app
RUN mkdir /app/logs
USER 1000:1000
CMD ["true"]
