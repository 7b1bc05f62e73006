"""Where tools of JavaScript projects write in the project's own folder while they run.

Caches below node_modules and frameworks' output, by each tool's documentation. An installation made as root leaves
node_modules to root, so that the caches need folders of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hardener.model.startup.privileges import base_name

_CACHE = ("node_modules/.cache",)
_VITE = ("node_modules/.vite", "node_modules/.vite-temp")

_PLACES = {
    ("react-scripts", "start"): _CACHE,
    ("craco", "start"): _CACHE,
    ("react-app-rewired", "start"): _CACHE,
    ("vue-cli-service", "serve"): _CACHE,
    ("webpack", "serve"): _CACHE,
    ("webpack-dev-server", ""): _CACHE,
    ("storybook", "dev"): _CACHE,
    ("start-storybook", ""): _CACHE,
    ("vite", ""): _VITE,
    ("vite", "dev"): _VITE,
    ("vite", "serve"): _VITE,
    ("vite", "preview"): _VITE,
    ("next", "start"): (".next/cache",),
    ("docusaurus", "start"): (".docusaurus", *_CACHE),
}
"""By a tool and its subcommand; an empty one stands for none.

Create React App's and Vue CLI's loaders and ESLint's plugin: node_modules/.cache (https://github.com/sindresorhus/
find-cache-dir). Vite: `cacheDir` (https://vite.dev/config/shared-options) and, for its configuration, .vite-temp.
Next.js: https://nextjs.org/docs/app/guides/self-hosting.
"""

_BUILDS = {
    "next": ("build", "dev", ""),
    "nuxt": ("build", "dev", "generate", ""),
    "nuxi": ("build", "dev", "generate"),
    "nest": ("build", "start"),
    "ng": ("build", "serve", "s"),
    "vite": ("build",),
    "vue-cli-service": ("build",),
    "react-scripts": ("build",),
    "webpack": ("", "build", "watch"),
    "webpack-cli": ("", "build", "watch"),
    "tsc": ("",),
    "tsup": ("",),
    "rollup": ("",),
    "parcel": ("", "serve", "build", "watch"),
    "gatsby": ("build", "develop"),
    "astro": ("build", "dev"),
    "remix": ("build", "dev"),
    "quasar": ("build", "dev"),
    "strapi": ("build", "develop", "start"),
    "prisma": ("generate", "migrate", "db"),
    "nx": None,
    "turbo": None,
    "lerna": None,
    "gulp": None,
    "grunt": None,
    "expo": None,
}
"""Tools that write whole trees beside the code, which a RUN may have made as root before; None: whatever they do."""


class Writes(NamedTuple):
    """What a tool writes."""

    places: tuple[str, ...]
    """Folders, relative to the project's."""
    shown: str
    """The words that show a tool of which no single folders can be told; empty for others."""


def writes(words: Sequence[str]) -> Writes | None:
    """Return where a command writes in its project's folder; None for one that is not known to."""
    tool = base_name(words[0])
    known = tool in _BUILDS or any(tool == name for name, _ in _PLACES)
    if not known:
        return None
    subcommand = words[1] if len(words) > 1 and words[1].isalpha() else ""
    if (places := _PLACES.get((tool, subcommand))) is not None:
        return Writes(places, "")
    subcommands = _BUILDS.get(tool, ())
    if subcommands is None or subcommand in subcommands:
        return Writes((), f"{tool} {subcommand}".strip())
    return None
