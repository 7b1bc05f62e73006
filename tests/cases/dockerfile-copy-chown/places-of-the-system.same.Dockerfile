FROM debian:12
WORKDIR /app
COPY entrypoint.sh /
COPY entrypoint.sh /usr/local/bin/
COPY shop.conf /etc/shop/
COPY lib.so /usr/lib/
COPY tool /opt/bin/tool
COPY data /var/lib/shop/
ADD root.tar.gz /
USER 1000:1000
CMD ["true"]
