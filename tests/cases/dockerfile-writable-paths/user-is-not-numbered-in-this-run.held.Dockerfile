FROM debian:12
RUN useradd web && mkdir -p /srv/shop/uploads
USER web
CMD ["true"]
