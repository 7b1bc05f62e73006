FROM ubuntu:24.04
RUN apt-get update && apt-get install -y sudo
USER 1000:1000
CMD ["sleep", "infinity"]
