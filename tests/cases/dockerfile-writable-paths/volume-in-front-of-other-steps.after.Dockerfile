FROM debian:12
RUN mkdir -p /data \
    && chown 1000:1000 /data
VOLUME /data
COPY tool /usr/bin/tool
RUN mkdir -p /var/log/shop
RUN chown 1000:1000 /var/log/shop
USER 1000:1000
CMD ["true"]
