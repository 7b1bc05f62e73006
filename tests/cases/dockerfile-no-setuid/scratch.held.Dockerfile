FROM golang:1.23 AS build
RUN go build -o /a
FROM scratch
COPY --from=build /a /a
ENTRYPOINT ["/a"]
