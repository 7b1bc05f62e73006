FROM debian:12
RUN useradd -u 1000 web && chown -R web:web /app && chmod -R 755 /app
USER 1000:1000
CMD ["true"]
