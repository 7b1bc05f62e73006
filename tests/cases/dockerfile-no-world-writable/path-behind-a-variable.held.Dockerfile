FROM debian:12
RUN chmod 777 $WHERE
USER 1000:1000
CMD ["true"]
