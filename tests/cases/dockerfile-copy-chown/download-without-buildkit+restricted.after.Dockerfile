FROM debian:12
ADD --chown=1000:1000 https://example.com/model.bin /srv/shop/
USER 1000:1000
CMD ["true"]
