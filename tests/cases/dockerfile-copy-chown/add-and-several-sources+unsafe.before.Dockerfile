FROM debian:12
WORKDIR /srv
WORKDIR shop
ADD https://example.com/data.json data/
COPY a.py b.py \
     # the last one
     c.py ./
USER 1000:1000
CMD ["true"]
