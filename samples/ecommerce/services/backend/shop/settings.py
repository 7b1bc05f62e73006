"""Settings, all from the environment."""

import os
from pathlib import Path
from urllib.parse import urlsplit

BASE = Path(os.environ.get("APP_HOME", Path(__file__).resolve().parent.parent))
LOGS = Path(os.environ.get("LOG_DIR", BASE / "logs"))
MEDIA = Path(os.environ.get("MEDIA_DIR", BASE / "media"))
STATIC = Path(os.environ.get("STATIC_DIR", BASE / "staticfiles"))
ASSETS = BASE / "assets"
VERSION = os.environ.get("APP_VERSION", "dev")

_broker = urlsplit(os.environ.get("BROKER_URL", "redis://localhost:6379"))
BROKER = (_broker.hostname or "localhost", _broker.port or 6379)
