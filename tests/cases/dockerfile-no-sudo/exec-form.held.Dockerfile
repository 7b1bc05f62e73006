FROM ubuntu:24.04
RUN ["apt-get", "install", "-y", "sudo", "curl"]
USER 1000:1000
CMD ["sleep", "infinity"]
