FROM debian:12 AS base
VOLUME /data
FROM base
RUN true
USER 1000:1000
CMD ["true"]
