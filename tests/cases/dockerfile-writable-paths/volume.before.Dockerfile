FROM debian:12
COPY tool /usr/bin/tool
VOLUME /data
USER 1000:1000
CMD ["true"]
