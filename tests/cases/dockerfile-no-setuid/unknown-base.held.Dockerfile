FROM ghcr.io/org/app:1
CMD ["app"]
