#!/bin/sh
# What begins with - is an option of memcached.
set -e
case "$1" in
  -*) exec memcached "$@" ;;
esac
exec "$@"
