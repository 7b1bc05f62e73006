FROM debian:12
COPY . .
USER 1000:1000
CMD ["true"]
