FROM alpine:3.20
run apk add --no-cache -t tools bash
USER 1000:1000
CMD ["sleep", "infinity"]
