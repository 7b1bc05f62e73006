FROM debian:12
VOLUME /data
USER 1000:1000
CMD ["true"]
