FROM debian:12
ARG WHERE
RUN mkdir -p $WHERE "$(pwd)/logs" /srv/{logs,cache} && cd $WHERE && mkdir logs
VOLUME $WHERE
USER 1000:1000
CMD ["true"]
