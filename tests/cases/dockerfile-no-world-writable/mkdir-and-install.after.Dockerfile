FROM debian:12
RUN mkdir -m 755 /data && chown 1000:1000 /data && mkdir -pm 755 /srv/x && install -d -m 0755 -o 1000 -g 1000 /var/lib/shop && install --mode=a+rx,u+w -o 1000 tool /srv/tool
USER 1000:1000
CMD ["true"]
