FROM golang:1.23 AS build
WORKDIR /src
ADD go.mod go.sum ./
RUN go mod download
ADD *.go ./
RUN go build -o /server

FROM scratch
COPY --from=build /server /server
USER 65532:65532
ENTRYPOINT ["/server"]
