# syntax=docker/dockerfile:1
FROM debian:12
COPY --chmod=666 --chown=5:5 a /srv/a
USER 1000:1000
CMD ["true"]
