FROM postgres:16
COPY site /srv/site
