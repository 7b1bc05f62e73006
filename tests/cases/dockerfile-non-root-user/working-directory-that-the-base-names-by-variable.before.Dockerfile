FROM golang:1.23
WORKDIR $GOPATH/src/shop
COPY . .
RUN go build -o /usr/local/bin/shop .
CMD ["shop"]
