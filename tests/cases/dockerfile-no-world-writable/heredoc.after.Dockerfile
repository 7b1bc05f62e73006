# syntax=docker/dockerfile:1
FROM debian:12
RUN <<EOF
set -e
mkdir -p /data/a
chown -R 1000:1000 /data && chmod -R 755 /data
EOF
USER 1000:1000
CMD ["true"]
