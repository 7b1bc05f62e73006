FROM debian:12
RUN mkdir -pm 777 /data && install -dm0777 /srv/x && mkdir -m0777 /srv/y
USER 1000:1000
CMD ["true"]
