FROM debian:12
USER 1000:1000
COPY --chown=1000:1000 ["with space.txt", "/srv/data/"]
CMD ["true"]
