MEDIA_ROOT = "/var/lib/shop/media"
STATIC_ROOT = unknown()
