FROM debian:12 AS base
RUN mkdir /data && chown 1000:1000 /data && chmod 755 /data
FROM base AS build
RUN make
FROM base
USER 1000:1000
CMD ["true"]
