from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardener.model.dockerfile.djangosettings import module_of, written_folders

FILE = "/app/shop/settings.py"
BASE = "BASE_DIR = Path(__file__).resolve().parent.parent\n"
OLD_BASE = "BASE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))\n"


@pytest.mark.parametrize(
    ("text", "folders"),
    [
        (BASE + "MEDIA_ROOT = BASE_DIR / 'media'", ["/app/media"]),
        (BASE + "MEDIA_ROOT = str(BASE_DIR / 'media' / 'up')", ["/app/media/up"]),
        ("BASE_DIR = Path(__file__).parents[1]\nSTATIC_ROOT = BASE_DIR.joinpath('static')", ["/app/static"]),
        (OLD_BASE + "STATIC_ROOT = os.path.join(BASE, '..', 'static/')", ["/static"]),
        ("DATA = '/data'\nMEDIA_ROOT = DATA + '/x'\nFILE_UPLOAD_TEMP_DIR = DATA", ["/data"]),
        (BASE + "LOGGING = {'handlers': {'a': {'filename': BASE_DIR / 'logs' / 'a.log'}}}", ["/app/logs"]),
        ("CACHES = {'default': {'LOCATION': '/var/cache/shop'}, 'x': {'LOCATION': 'redis://x'}}", ["/var/cache/shop"]),
        ("MEDIA_ROOT = os.environ['MEDIA']\nSTATIC_ROOT = 'static'", []),
        ("BASE_DIR = env('X')\nMEDIA_ROOT = BASE_DIR / 'media'", []),
        ("BASE_DIR = '/app'\nBASE_DIR = unknown()\nMEDIA_ROOT = BASE_DIR", []),
        ("MEDIA_ROOT = '/'", []),
        ("MEDIA_ROOT = (", []),
        ("TEMPLATES = [{'DIRS': ['/app/templates']}]\nMEDIA_URL = '/media/'", []),
    ],
)
def test_what_settings_have_written(text: str, folders: list[str]) -> None:
    assert list(written_folders(text, FILE, {})) == folders


def test_the_settings_of_manage_py() -> None:
    assert module_of('os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings.production")') == (
        "shop.settings.production"
    )
    assert module_of("print()") == ""


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    assert all(folder.startswith("/") for folder in written_folders(f"MEDIA_ROOT = {text}", FILE, {}))
