FROM debian:12
RUN find / -perm 777 -delete; mkdir 777 && install -m 755 777 /srv/
USER 1000:1000
CMD ["true"]
