FROM debian:12
RUN mkdir -p /srv/bin/cache && chmod 777 /srv/bin/cache
USER 1000:1000
CMD ["true"]
