FROM ubuntu:24.04 AS build
RUN apt-get install -y sudo make
RUN sudo make
FROM scratch
COPY --from=build /a /a
