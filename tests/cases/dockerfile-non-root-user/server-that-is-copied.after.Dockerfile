FROM debian:12-slim
RUN groupadd --gid 10001 app \
    && useradd --uid 10001 --gid 10001 --no-log-init --create-home --shell /usr/sbin/nologin app
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates
WORKDIR /data
COPY --from=redis:7.4 /usr/local/bin/redis-server /usr/local/bin/
RUN chown 10001:10001 /data
USER 10001:10001
CMD ["redis-server", "--protected-mode", "no"]
