FROM debian:12
RUN install -d -o 1000 -g 1000 /var/lib/shop && mkdir /data && chgrp 0 /data && chmod g=u /data
VOLUME /data
USER 1000:1000
CMD ["true"]
