# syntax=docker/dockerfile:1
FROM debian:12
COPY --chown=1000:1000 <<one.conf <<"two.conf" /opt/shop/
COPY a /app
one.conf
COPY b /app
two.conf
USER 1000:1000
CMD ["true"]
