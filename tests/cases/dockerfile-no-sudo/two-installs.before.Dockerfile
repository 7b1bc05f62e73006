FROM ubuntu:24.04
RUN apt-get install -y sudo tini
RUN apt-get install -y sudo curl; true
USER 1000:1000
CMD ["sleep", "infinity"]
