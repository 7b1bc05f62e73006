FROM golang:1.23 AS build
FROM gcr.io/distroless/static@sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d
COPY --from=build /a /a
