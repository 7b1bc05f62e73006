#!/bin/sh
psql "$DATABASE" <<EOF
select 1;
EOF
python -c 'import time; time.sleep(1)'
echo ready | tee /tmp/ready
exec gunicorn shop.wsgi
