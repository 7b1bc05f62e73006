FROM ubuntu:24.04
RUN apt-get purge -y sudo && apk del sudo
