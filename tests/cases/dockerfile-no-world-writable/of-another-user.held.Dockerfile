FROM debian:12
RUN chown www-data /srv/x && chmod 777 /srv/x
USER 1000:1000
CMD ["true"]
