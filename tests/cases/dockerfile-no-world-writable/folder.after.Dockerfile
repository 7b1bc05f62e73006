FROM debian:12
RUN mkdir /data && chown 1000:1000 /data && chmod 755 /data
USER 1000:1000
CMD ["true"]
