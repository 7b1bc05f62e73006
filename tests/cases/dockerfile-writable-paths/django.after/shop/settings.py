import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
STATIC_ROOT = os.path.join(BASE_DIR, "staticfiles")
MEDIA_ROOT = BASE_DIR / "media"
LOGGING = {"handlers": {"file": {"filename": BASE_DIR / "logs" / "shop.log"}}}
