FROM golang:1.23 AS build
WORKDIR /src
COPY . .
FROM scratch
COPY --from=build /server /server
USER 65532:65532
ENTRYPOINT ["/server"]
