FROM ubuntu:24.04
RUN apt-get update \
    && apt-get install -y \
        curl \
        # for the installer
        sudo \
        git \
    && rm -rf /var/lib/apt/lists/*
USER 1000:1000
CMD ["sleep", "infinity"]
