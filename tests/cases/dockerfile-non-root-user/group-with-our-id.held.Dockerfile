FROM debian:12
RUN groupadd -g 10001 data
CMD ["sleep", "infinity"]
