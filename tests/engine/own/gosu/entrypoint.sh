#!/bin/sh
set -e
chown -R keeper:keeper /data
exec gosu keeper python3 -B server
