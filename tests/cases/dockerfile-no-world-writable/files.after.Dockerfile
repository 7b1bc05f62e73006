FROM debian:12
RUN touch /srv/a.log /srv/b.log; chown 1000:1000 /srv/a.log /srv/b.log && chmod 644 /srv/a.log /srv/b.log
USER 1000:1000
CMD ["true"]
