FROM python:3.12-slim
RUN groupadd --gid 10001 app \
    && useradd --uid 10001 --gid 10001 --no-log-init --create-home --shell /usr/sbin/nologin app
WORKDIR /app
COPY . .
RUN mkdir -p /app/run \
    && chown 10001:10001 /app/run
USER 10001:10001
CMD ["gunicorn", "--access-logfile=-", "--pid", "run/web.pid", "shop.wsgi"]
