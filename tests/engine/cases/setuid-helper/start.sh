#!/bin/sh
set -e
echo started | append-log -a /var/log/app.log > /dev/null
exec python server.py --read /var/log/app.log
