FROM debian:12
VOLUME /data
COPY tool /usr/bin/tool
RUN mkdir -p /var/log/shop
USER 1000:1000
CMD ["true"]
