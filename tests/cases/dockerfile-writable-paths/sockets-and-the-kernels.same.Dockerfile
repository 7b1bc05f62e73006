FROM debian:12
VOLUME /var/run/docker.sock /dev/shm /sys/fs/cgroup
USER 1000:1000
CMD ["true"]
