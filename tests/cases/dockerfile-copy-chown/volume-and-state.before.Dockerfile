FROM debian:12
COPY seed.db /data/
RUN mkdir -p /var/lib/shop
COPY seed /var/lib/shop/
COPY x /etc/shop/x
VOLUME /data /etc/shop
USER 1000:1000
CMD ["true"]
