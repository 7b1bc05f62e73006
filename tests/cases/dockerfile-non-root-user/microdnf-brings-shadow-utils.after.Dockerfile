FROM registry.access.redhat.com/ubi9/ubi-minimal:9.4
RUN microdnf install -y shadow-utils && groupadd -r -g 1001 web && useradd -u 1001 -r -g 1001 web && microdnf clean all
COPY server /usr/local/bin/server
USER 1001:1001
ENTRYPOINT ["/usr/local/bin/server"]
