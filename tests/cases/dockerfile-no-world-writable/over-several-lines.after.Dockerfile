FROM debian:12
RUN apt-get update \
    && chown 1000:1000 /srv/shop /var/cache/shop && chmod 0755 /srv/shop \
       # and the cache
       /var/cache/shop || true
USER 1000:1000
CMD ["true"]
