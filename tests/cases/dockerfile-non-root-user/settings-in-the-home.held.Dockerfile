FROM alpine:3.20
RUN echo 'export PATH=$PATH:/opt/x' >> ~/.profile
ENTRYPOINT ["aws"]
