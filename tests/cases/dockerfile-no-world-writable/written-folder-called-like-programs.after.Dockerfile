FROM debian:12
RUN mkdir -p /srv/bin/cache && chown 1000:1000 /srv/bin/cache && chmod 755 /srv/bin/cache
USER 1000:1000
CMD ["true"]
