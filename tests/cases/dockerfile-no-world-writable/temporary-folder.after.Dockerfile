FROM debian:12
RUN mkdir -p /tmp && chmod 1777 /tmp && chmod a+rwx,+t /var/tmp
USER 1000:1000
CMD ["true"]
