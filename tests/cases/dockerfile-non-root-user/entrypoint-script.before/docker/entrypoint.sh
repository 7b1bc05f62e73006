#!/bin/sh
set -e
# chown is not needed here, nor is gosu
if [ -n "$WAIT" ]; then
  sleep "$WAIT"
fi
exec "$@"
