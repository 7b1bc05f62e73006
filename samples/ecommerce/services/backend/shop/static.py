"""Static files, served by nginx from a shared volume."""

import shutil

from shop import settings


def collect() -> None:
    settings.STATIC.mkdir(parents=True, exist_ok=True)
    for asset in sorted(settings.ASSETS.iterdir()):
        shutil.copyfile(asset, settings.STATIC / asset.name)
        print(f"copied {asset.name}")
