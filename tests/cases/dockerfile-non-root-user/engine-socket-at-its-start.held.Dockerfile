FROM debian:12
COPY agent /usr/local/bin/agent
ENTRYPOINT ["/usr/local/bin/agent", "--host=unix:///var/run/docker.sock"]
