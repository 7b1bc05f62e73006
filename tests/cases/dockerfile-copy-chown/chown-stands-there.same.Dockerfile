FROM debian:12
ARG UID=1000
WORKDIR /app
COPY --chown=${UID}:${UID} a .
COPY --chown=web b .
COPY --chown=0:0 c .
ADD --chown=1000 d .
USER 1000:1000
CMD ["true"]
