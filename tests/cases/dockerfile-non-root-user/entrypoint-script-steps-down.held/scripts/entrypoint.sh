#!/usr/bin/env bash
set -e
cat <<TEXT
gosu is called below
TEXT
if [ "$(id -u)" = 0 ]; then
    exec gosu app "$0" "$@"
fi
exec "$@"
