FROM python:3.12-slim
RUN mkdir /var/lib/shop && chgrp -R 0 /var/lib/shop && chmod -R g=u /var/lib/shop
USER 1001:0
CMD ["python", "-m", "shop"]
