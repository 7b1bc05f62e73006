FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates
WORKDIR /data
COPY --from=redis:7.4 /usr/local/bin/redis-server /usr/local/bin/
CMD ["redis-server", "--protected-mode", "no"]
