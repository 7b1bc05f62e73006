FROM alpine:3.20
RUN addgroup -S -g 10001 app \
    && adduser -S -D -s /sbin/nologin -u 10001 -G app app
RUN apk add --no-cache py3-pip && pip install flask && rm -rf /root/.cache
USER 10001:10001
CMD ["flask", "run"]
