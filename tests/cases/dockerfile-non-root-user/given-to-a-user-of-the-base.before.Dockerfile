FROM debian:12
WORKDIR /app
COPY --chown=nobody:root rel ./
CMD ["/app/bin/server"]
