FROM debian:12 AS base
WORKDIR /app
USER 1000:1000
FROM base
COPY --chown=1000:1000 . .
CMD ["true"]
