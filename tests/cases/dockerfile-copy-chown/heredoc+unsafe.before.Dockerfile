# syntax=docker/dockerfile:1
FROM debian:12
COPY <<one.conf <<"two.conf" /opt/shop/
COPY a /app
one.conf
COPY b /app
two.conf
USER 1000:1000
CMD ["true"]
