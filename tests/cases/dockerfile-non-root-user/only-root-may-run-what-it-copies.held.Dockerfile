FROM debian:12
COPY --chmod=700 start /usr/local/bin/
CMD ["/usr/local/bin/start"]
