FROM debian:12
WORKDIR /srv
USER 1000:1000
RUN mkdir logs && chmod 755 logs
CMD ["true"]
