FROM debian:12
RUN apt-get update \
    && chmod 0777 /srv/shop \
       # and the cache
       /var/cache/shop || true
USER 1000:1000
CMD ["true"]
