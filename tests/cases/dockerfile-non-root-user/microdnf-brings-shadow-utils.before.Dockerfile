FROM registry.access.redhat.com/ubi9/ubi-minimal:9.4
RUN microdnf install -y shadow-utils && useradd -u 1001 -r web && microdnf clean all
COPY server /usr/local/bin/server
USER web
ENTRYPOINT ["/usr/local/bin/server"]
