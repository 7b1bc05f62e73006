FROM --platform=linux/amd64
RUN true
