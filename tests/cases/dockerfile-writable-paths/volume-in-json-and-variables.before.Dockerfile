FROM debian:12
ENV STATE=/var/lib/shop
VOLUME ["/data", "${STATE}/db"]
USER 1000:1000
CMD ["true"]
