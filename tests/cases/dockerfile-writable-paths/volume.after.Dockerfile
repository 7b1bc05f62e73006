FROM debian:12
COPY tool /usr/bin/tool
RUN mkdir -p /data \
    && chown 1000:1000 /data
VOLUME /data
USER 1000:1000
CMD ["true"]
