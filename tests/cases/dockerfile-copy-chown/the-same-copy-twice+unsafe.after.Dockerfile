FROM debian:12
COPY --chown=1000:1000 a /app/
RUN rm /app/a
COPY --chown=1000:1000 a /app/
USER 1000:1000
CMD ["true"]
