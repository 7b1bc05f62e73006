# syntax=docker/dockerfile:1
FROM debian:12
RUN <<EOF
set -e
mkdir -p /data/db
install -d -m 750 /var/spool/shop
EOF
RUN chown 1000:1000 /data/db /var/spool/shop
USER 1000:1000
CMD ["true"]
