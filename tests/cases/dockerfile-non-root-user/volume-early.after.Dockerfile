FROM python:3.12-slim
RUN groupadd --gid 10001 app \
    && useradd --uid 10001 --gid 10001 --no-log-init --create-home --shell /usr/sbin/nologin app \
    && mkdir -p /data \
    && chown 10001:10001 /data
VOLUME /data
WORKDIR /app
COPY . .
RUN chown 10001:10001 /app
USER 10001:10001
CMD ["python", "main.py"]
