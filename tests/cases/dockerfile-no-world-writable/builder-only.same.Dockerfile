FROM debian:12 AS build
RUN chmod -R 777 /src
COPY --chmod=777 a /a
FROM debian:12
COPY --from=build /src/x /usr/bin/x
USER 1000:1000
CMD ["true"]
