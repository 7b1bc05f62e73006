#!/bin/sh
set -e
sudo chown -R app /data
exec "$@"
