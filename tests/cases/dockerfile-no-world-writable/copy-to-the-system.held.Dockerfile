# syntax=docker/dockerfile:1
FROM debian:12
COPY --chmod=666 a.conf /etc/shop/a.conf
USER 1000:1000
CMD ["true"]
