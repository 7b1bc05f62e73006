from python:3.12-slim as base
run groupadd --gid 10001 app \
    && useradd --uid 10001 --gid 10001 --no-log-init --create-home --shell /usr/sbin/nologin app
workdir /app
copy . .
run chown 10001:10001 /app
user 10001:10001
cmd python main.py