FROM debian:12
WORKDIR /srv
WORKDIR shop
ADD --chown=1000:1000 https://example.com/data.json data/
COPY --chown=1000:1000 a.py b.py \
     # the last one
     c.py ./
USER 1000:1000
CMD ["true"]
