FROM python:3.12-slim
WORKDIR /app
RUN cd /srv/shop && mkdir logs && cd run && mkdir -m 750 pids
USER 1000:1000
CMD ["true"]
