FROM debian:12
COPY shop /usr/local/bin/shop
RUN chmod 777 /var/lib/shop
USER 10001:10001
CMD ["shop"]
