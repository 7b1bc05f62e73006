FROM debian:12
COPY --chown=1000:1000 seed /data
VOLUME /data
USER 1000:1000
CMD ["true"]
