FROM debian:12
RUN mkdir -p /srv/cache && rm -rf /srv/cache
USER 1000:1000
CMD ["true"]
