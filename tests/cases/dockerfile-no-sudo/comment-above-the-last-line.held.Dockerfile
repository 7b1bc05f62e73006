FROM ubuntu:24.04
RUN apt-get install -y \
    curl \
    # for the installer
    sudo
USER 1000:1000
CMD ["sleep", "infinity"]
