FROM ubuntu:24.04
RUN apt-get install -y curl sudo && useradd -m -G sudo dev
USER 1000:1000
CMD ["sleep", "infinity"]
