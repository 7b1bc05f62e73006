#!/bin/sh
set -e
# remembers when it was started
date > /app/started
mkdir -p /app/spool
exec python server.py --write /app/spool/notes "$@"
