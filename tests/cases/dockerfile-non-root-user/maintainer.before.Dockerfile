FROM alpine:3.20
MAINTAINER somebody@example.com
RUN apk add --no-cache darkhttpd
CMD ["darkhttpd", "/srv", "--port", "8080"]
