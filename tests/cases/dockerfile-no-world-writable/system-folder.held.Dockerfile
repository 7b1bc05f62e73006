FROM debian:12
RUN chmod 666 /etc/passwd
RUN chmod -R 777 /var/log /run
USER 1000:1000
CMD ["true"]
