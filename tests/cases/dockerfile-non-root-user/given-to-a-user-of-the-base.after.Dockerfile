FROM debian:12
WORKDIR /app
COPY --chown=nobody:root rel ./
RUN chown 65534:65534 /app
USER 65534:65534
CMD ["/app/bin/server"]
