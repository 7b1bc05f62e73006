FROM debian:12
WORKDIR /app
USER 1000:1000
RUN mkdir /app/own
USER root
RUN mkdir -p /app/logs
USER 1000:1000
COPY . .
CMD ["true"]
