FROM python:3.12-slim
RUN groupadd --gid 10001 app \
    && useradd --uid 10001 --gid 10001 --no-log-init --create-home --shell /usr/sbin/nologin app
WORKDIR /app
COPY . .
ADD https://example.com/wait-for-it.sh /usr/local/bin/wait
RUN chmod 755 /usr/local/bin/wait
RUN chown 10001:10001 /app
USER 10001:10001
ENTRYPOINT ["/usr/local/bin/wait", "db:5432", "--", "python", "main.py"]
