FROM debian:12
WORKDIR /app
COPY . .
USER 00:0
CMD ["/app/serve"]
