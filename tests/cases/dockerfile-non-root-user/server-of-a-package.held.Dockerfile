FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends redis-server
EXPOSE 6379
CMD ["redis-server", "--protected-mode", "no"]
