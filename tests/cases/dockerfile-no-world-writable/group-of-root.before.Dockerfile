FROM debian:12
RUN chgrp -R 0 /app && chmod -R 777 /app
USER 1000:0
CMD ["true"]
