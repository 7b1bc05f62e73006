# syntax=docker/dockerfile:1-labs
FROM debian:12
COPY --parents --exclude=*.md --chown=1000:1000 ./src /app/
ADD --checksum=sha256:0 --keep-git-dir=true --chown=1000:1000 https://example.com/x.git /srv/x
USER 1000:1000
CMD ["true"]
