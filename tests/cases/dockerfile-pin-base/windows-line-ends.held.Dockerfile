FROM \
  debian:12
