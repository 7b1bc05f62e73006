FROM debian:12
RUN chgrp -R 0 /app && chown -R 1000 /app && chmod -R 775 /app
USER 1000:0
CMD ["true"]
