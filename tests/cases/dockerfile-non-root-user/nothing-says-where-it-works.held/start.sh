echo "$SETTINGS" > settings.json
exec python /opt/shop/main.py
