#!/bin/sh
set -e
chown -R keeper:keeper /data
exec su -s /bin/sh -c 'exec python3 -B server' keeper
