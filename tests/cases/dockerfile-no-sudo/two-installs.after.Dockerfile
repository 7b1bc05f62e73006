FROM ubuntu:24.04
RUN apt-get install -y tini
RUN apt-get install -y curl; true
USER 1000:1000
CMD ["sleep", "infinity"]
