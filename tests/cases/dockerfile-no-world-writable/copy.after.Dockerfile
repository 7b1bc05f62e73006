# syntax=docker/dockerfile:1
FROM debian:12
COPY --chmod=755 --chown=1000:1000 site /srv/site
ADD --chmod=0644 --chown=1000:5 x.tar /srv/x
COPY --chmod=a+rX,u+w run.sh /usr/local/bin/
USER 1000:1000
CMD ["true"]
