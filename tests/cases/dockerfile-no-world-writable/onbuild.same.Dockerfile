FROM debian:12
ONBUILD RUN chmod 777 /data
USER 1000:1000
CMD ["true"]
