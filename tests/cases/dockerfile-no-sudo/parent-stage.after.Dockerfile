FROM ubuntu:24.04 AS base
RUN apt-get update && apt-get install -y tini
FROM base
USER 1000:1000
CMD ["sleep", "infinity"]
