LOGGING = {"handlers": {"file": {"filename": "/var/log/shop.log"}}}
