FROM ubuntu:24.04
RUN apt-get install -y curl sudo
CMD ["/opt/run.sh"]
