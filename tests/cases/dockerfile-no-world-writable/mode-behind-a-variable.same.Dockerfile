FROM debian:12
ARG MODE
RUN chmod $MODE /data && chmod --reference=/a 777
USER 1000:1000
CMD ["true"]
