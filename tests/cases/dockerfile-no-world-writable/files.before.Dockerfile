FROM debian:12
RUN touch /srv/a.log /srv/b.log; chmod 666 /srv/a.log /srv/b.log
USER 1000:1000
CMD ["true"]
