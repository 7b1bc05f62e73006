FROM alpine:3.20
VOLUME /root/.config
ENTRYPOINT ["aws"]
