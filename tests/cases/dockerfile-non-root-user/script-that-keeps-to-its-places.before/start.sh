#!/bin/sh
set -e
LOGS=${LOGS:-/app/logs}
mkdir -p "$LOGS" "$HOME/.cache"
until nc -z "$DB_HOST" 5432; do sleep 1; done
python manage.py migrate
find /app/spool -name '*.tmp' -exec rm {} \;
celery -A shop worker --pidfile=/tmp/worker.pid --loglevel=info &
exec gunicorn --bind unix:/tmp/shop.sock --log-config /etc/logging.conf --access-logfile /app/logs/access.log shop.wsgi
