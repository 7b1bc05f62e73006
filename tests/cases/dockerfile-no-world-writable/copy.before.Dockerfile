# syntax=docker/dockerfile:1
FROM debian:12
COPY --chmod=777 site /srv/site
ADD --chmod=0666 --chown=1000:5 x.tar /srv/x
COPY --chmod=a+rwX run.sh /usr/local/bin/
USER 1000:1000
CMD ["true"]
