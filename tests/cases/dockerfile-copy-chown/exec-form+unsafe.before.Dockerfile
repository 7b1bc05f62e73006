FROM debian:12
USER 1000:1000
COPY ["with space.txt", "/srv/data/"]
CMD ["true"]
