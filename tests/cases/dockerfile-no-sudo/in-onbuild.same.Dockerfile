FROM ubuntu:24.04
ONBUILD RUN apt-get install -y sudo curl
