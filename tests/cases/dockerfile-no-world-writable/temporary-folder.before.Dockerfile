FROM debian:12
RUN mkdir -p /tmp && chmod 777 /tmp && chmod a+rwx /var/tmp
USER 1000:1000
CMD ["true"]
