FROM debian:12 AS Base
USER 1000:1000
FROM base AS final
HEALTHCHECK CMD ["true"]
CMD ["true"]
