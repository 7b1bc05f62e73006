FROM debian:12
RUN chgrp -R 0 /app && chmod -R g=u /app && chmod -R g+rwX /data && chmod 775 /x && chmod ug+rwx /y
USER 1001:0
CMD ["true"]
