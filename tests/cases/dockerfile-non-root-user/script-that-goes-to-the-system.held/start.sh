#!/bin/sh
cd /etc/shop
echo "$SETTINGS" > settings.json
cd /app
exec python main.py
