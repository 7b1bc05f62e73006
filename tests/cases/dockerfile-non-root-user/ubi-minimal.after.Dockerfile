FROM registry.access.redhat.com/ubi9/ubi-minimal:9.4
COPY server /usr/local/bin/server
USER 10001:10001
ENTRYPOINT ["/usr/local/bin/server"]
