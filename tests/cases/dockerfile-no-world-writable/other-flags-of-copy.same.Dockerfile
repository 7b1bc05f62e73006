# syntax=docker/dockerfile:1
FROM debian:12
COPY --chmod=644 a /srv/a
COPY --chmod=u=rwX,go=rX --link b /srv/b
COPY --chown=102 d /srv/d
ADD --chmod=${MODE} c /srv/c
USER 1000:1000
CMD ["true"]
