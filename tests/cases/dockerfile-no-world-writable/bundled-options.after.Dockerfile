FROM debian:12
RUN mkdir -pm 755 /data && chown 1000:1000 /data && install -dm0755 -o 1000 -g 1000 /srv/x && mkdir -m0755 /srv/y && chown 1000:1000 /srv/y
USER 1000:1000
CMD ["true"]
