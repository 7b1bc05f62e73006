FROM debian:12
RUN mkdir -p /opt/tool /opt/node && tar -xf /tmp/t -C /opt/tool && cd /opt/node && make
COPY lib /opt/shop/
RUN mkdir -p /opt/shop/templates
USER 1000:1000
CMD ["true"]
