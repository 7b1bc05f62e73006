FROM ubuntu:24.04
RUN apt-get update && apt-get install -y \
    curl
USER 1000:1000
CMD ["sleep", "infinity"]
