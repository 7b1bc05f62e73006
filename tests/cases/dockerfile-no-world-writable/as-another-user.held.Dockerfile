FROM debian:12
USER 5:5
RUN mkdir /srv/x && chmod 777 /srv/x
USER 6:6
CMD ["true"]
