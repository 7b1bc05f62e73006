FROM debian:12
USER 33:33
CMD ["serve"]
