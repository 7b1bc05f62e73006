FILE_UPLOAD_TEMP_DIR = "/tmp"
CACHES = {"default": {"LOCATION": "/var/tmp/cache"}}
