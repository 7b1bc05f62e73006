FROM debian:12
RUN mkdir /data && chmod 777 /data
USER 1000:1000
CMD ["true"]
