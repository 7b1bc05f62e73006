FROM debian:12
RUN true
USER 1000:1000
VOLUME /data
CMD ["true"]
