FROM debian:12
RUN mkdir -m 777 /data && mkdir -pm 755 /srv/x && install -d -m 0777 /var/lib/shop && install --mode=a+rwx -o 1000 tool /srv/tool
USER 1000:1000
CMD ["true"]
