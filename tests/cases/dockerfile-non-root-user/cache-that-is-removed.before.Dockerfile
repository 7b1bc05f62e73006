FROM alpine:3.20
RUN apk add --no-cache py3-pip && pip install flask && rm -rf /root/.cache
CMD ["flask", "run"]
