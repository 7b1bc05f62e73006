#!/bin/sh
set -e
chown -R keeper:keeper /data
exec start-stop-daemon --start --quiet --chdir /opt/keeper --chuid keeper:keeper --exec /usr/bin/python3 -- -B server
