FROM debian:12
RUN install -m 777 -o 5 tool /srv/tool
USER 1000:1000
CMD ["true"]
