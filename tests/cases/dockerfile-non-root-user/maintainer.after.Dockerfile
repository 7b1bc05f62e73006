FROM alpine:3.20
MAINTAINER somebody@example.com
RUN addgroup -S -g 10001 app \
    && adduser -S -D -s /sbin/nologin -u 10001 -G app app
RUN apk add --no-cache darkhttpd
USER 10001:10001
CMD ["darkhttpd", "/srv", "--port", "8080"]
