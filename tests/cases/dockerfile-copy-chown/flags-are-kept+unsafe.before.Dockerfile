FROM golang:1.23 AS build
WORKDIR /src
COPY . .
RUN go build -o /out/server .
FROM scratch
COPY --from=build --link --chmod=755 /out/server /app/server
USER 65532:65532
ENTRYPOINT ["/app/server"]
