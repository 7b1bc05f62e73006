FROM debian:12
ENV STATE=/var/lib/shop
RUN mkdir -p /data /var/lib/shop/db \
    && chown 1000:1000 /data /var/lib/shop/db
VOLUME ["/data", "${STATE}/db"]
USER 1000:1000
CMD ["true"]
