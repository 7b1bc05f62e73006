#!/bin/sh
set -e
chown -R keeper:keeper /data
exec setpriv --reuid keeper --regid keeper --init-groups python3 -B server
