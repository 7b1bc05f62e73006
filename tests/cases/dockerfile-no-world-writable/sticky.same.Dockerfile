FROM debian:12
RUN chmod 1777 /tmp && mkdir -m 1777 /data && chmod a+rwxt /x && chmod 3777 /y && install -d -m 1777 /z
USER 1000:1000
CMD ["true"]
