FROM debian:12 AS build
RUN mkdir -p /srv/logs
USER 1000:1000
FROM debian:12
COPY --from=build /x /usr/bin/x
USER 1000:1000
CMD ["true"]
