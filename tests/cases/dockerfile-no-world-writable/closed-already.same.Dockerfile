FROM debian:12
RUN mkdir /data && chown 1000:1000 /data && chmod 755 /data
COPY --chmod=755 --chown=1000:1000 a /srv/a
USER 1000:1000
CMD ["true"]
