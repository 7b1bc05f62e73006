FROM debian:12
COPY shop /usr/local/bin/shop
RUN chown 10001:10001 /var/lib/shop && chmod 755 /var/lib/shop
USER 10001:10001
CMD ["shop"]
