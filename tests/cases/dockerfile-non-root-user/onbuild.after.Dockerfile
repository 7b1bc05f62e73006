FROM python:3.12-slim
RUN groupadd --gid 10001 app \
    && useradd --uid 10001 --gid 10001 --no-log-init --create-home --shell /usr/sbin/nologin app
ONBUILD USER 1000:1000
ONBUILD COPY . /app
USER 10001:10001
CMD ["python", "-m", "http.server", "8080"]
