FROM golang:1.23 AS build
USER root
RUN go build -o /server .
FROM scratch
COPY --from=build /server /server
USER 65532:65532
ENTRYPOINT ["/server"]
