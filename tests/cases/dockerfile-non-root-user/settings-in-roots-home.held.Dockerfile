FROM alpine:3.20
RUN mkdir -p /root/.aws && echo x > /root/.aws/config
ENTRYPOINT ["aws"]
