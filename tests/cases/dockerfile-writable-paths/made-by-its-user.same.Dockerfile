FROM debian:12
WORKDIR /srv
USER 1000:1000
RUN mkdir -p /srv/logs
VOLUME /srv/logs
CMD ["true"]
