FROM registry.access.redhat.com/ubi9
RUN dnf install -y \
	sudo \
	tar
USER 1000:1000
ENTRYPOINT ["sleep", "infinity"]
