FROM debian:12
COPY start /usr/local/bin/start
RUN chmod 700 /usr/local/bin/start
CMD ["start"]
