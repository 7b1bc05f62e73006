FROM golang:1.23
RUN groupadd --gid 10001 app \
    && useradd --uid 10001 --gid 10001 --no-log-init --create-home --shell /usr/sbin/nologin app
WORKDIR $GOPATH/src/shop
COPY . .
RUN go build -o /usr/local/bin/shop .
RUN chown 10001:10001 /go/src/shop
USER 10001:10001
CMD ["shop"]
