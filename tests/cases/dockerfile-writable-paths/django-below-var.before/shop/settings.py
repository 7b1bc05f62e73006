import os

MEDIA_ROOT = os.environ.get("MEDIA", "/var/media")
STATIC_ROOT = os.getenv("STATIC", "/var/static")
LOGGING = {"handlers": {"file": {"filename": "/var/log/shop/shop.log"}}}
