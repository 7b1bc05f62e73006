FROM debian:12
COPY a /app/
RUN rm /app/a
COPY a /app/
USER 1000:1000
CMD ["true"]
