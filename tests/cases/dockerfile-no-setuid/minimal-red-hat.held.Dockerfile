FROM registry.access.redhat.com/ubi9-minimal
USER 1001:1001
CMD ["app"]
