# syntax=docker/dockerfile:1
FROM python:3.12-slim
WORKDIR /app
COPY . .
COPY <<EOF /etc/supervisor/supervisord.conf
[supervisord]
user=root
nodaemon=true

[program:web]
command=gunicorn shop.wsgi
EOF
CMD ["/usr/bin/supervisord"]
