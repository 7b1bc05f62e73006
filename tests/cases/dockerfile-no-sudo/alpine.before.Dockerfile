FROM alpine:3.20
run apk add --no-cache -t tools sudo=1.9.15_p5-r0 bash
USER 1000:1000
CMD ["sleep", "infinity"]
