#!/bin/sh
set -e
mkdir -p state/seen
echo started > /app/state/started
touch /app/run/ready
exec gunicorn --pid /app/run/gunicorn.pid --bind 0.0.0.0:8000 shop.wsgi
