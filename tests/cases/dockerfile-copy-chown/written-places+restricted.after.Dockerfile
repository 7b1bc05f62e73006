FROM python:3.12-slim
WORKDIR /app
VOLUME /data
RUN mkdir -p uploads
COPY . .
COPY --chown=1000:1000 seed.db /data/
COPY --link --chown=1000:1000 samples uploads/samples
USER 1000:1000
CMD ["true"]
