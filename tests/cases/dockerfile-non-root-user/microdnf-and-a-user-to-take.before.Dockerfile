FROM registry.access.redhat.com/ubi9/ubi-minimal:9.4
RUN microdnf install -y shadow-utils && useradd -r web
COPY server /usr/local/bin/server
ENTRYPOINT ["/usr/local/bin/server"]
