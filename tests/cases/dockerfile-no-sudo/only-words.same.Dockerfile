FROM ubuntu:24.04
# sudo
RUN apt-get install -y curl && echo sudo && pip install sudo
LABEL sudo=no
ENV A=sudo
