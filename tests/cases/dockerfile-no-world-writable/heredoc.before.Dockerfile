# syntax=docker/dockerfile:1
FROM debian:12
RUN <<EOF
set -e
mkdir -p /data/a
chmod -R 777 /data
EOF
USER 1000:1000
CMD ["true"]
