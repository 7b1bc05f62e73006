FROM debian:12
COPY start /start
RUN chmod u+x /start
CMD ["/start"]
