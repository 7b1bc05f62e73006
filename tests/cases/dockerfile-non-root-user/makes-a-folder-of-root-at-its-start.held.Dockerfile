FROM alpine:3.20
CMD mkdir -p /flexmnt/driver && serve
