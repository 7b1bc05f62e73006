FROM debian:12
RUN useradd -u 1200 web && mkdir -p /srv/shop/uploads
RUN chown 1200:1200 /srv/shop/uploads
USER web
CMD ["true"]
