FROM debian:12
RUN true
RUN mkdir -p /data \
    && chown 1000:1000 /data
USER 1000:1000
VOLUME /data
CMD ["true"]
