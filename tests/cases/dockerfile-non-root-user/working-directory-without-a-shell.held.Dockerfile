FROM golang:1.23 AS build
COPY . .
RUN go build -o /server .
FROM gcr.io/distroless/static-debian12
WORKDIR /src
COPY --from=build /server /src/server
ENTRYPOINT ["/src/server"]
