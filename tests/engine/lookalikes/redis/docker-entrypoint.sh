#!/bin/sh
# As root: give the data to redis and become it.
set -e
if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
  find . ! -user redis -exec chown redis {} +
  exec gosu redis "$0" "$@"
fi
umask 0077
# the official program is built with this default
if [ "$1" = redis-server ]; then set -- "$@" --protected-mode no; fi
exec "$@"
