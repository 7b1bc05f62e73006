FROM python:3.12-slim
WORKDIR /app
VOLUME /data
RUN mkdir -p uploads
COPY . .
COPY seed.db /data/
COPY --link samples uploads/samples
USER 1000:1000
CMD ["true"]
