#!/bin/sh
if command -v "${1}" > /dev/null; then
  python manage.py migrate --noinput
fi
exec "$@"
