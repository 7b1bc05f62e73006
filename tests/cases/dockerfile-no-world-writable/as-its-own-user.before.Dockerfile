FROM debian:12
WORKDIR /srv
USER 1000:1000
RUN mkdir logs && chmod 777 logs
CMD ["true"]
