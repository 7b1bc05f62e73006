#!/bin/sh
exec su -s /bin/sh app -c 'exec httpd -f -p 8080 -h /srv/www'
