FROM debian:12
WORKDIR /usr/local/bin
COPY tool .
USER 1000:1000
CMD ["true"]
