"""How facts of an image profile are known, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hardener.model.images.profiles import Image

LOOK_ALIKES = "tests/engine/lookalikes/"
"""How the source of a fact begins that a trial on a look-alike showed too."""


def provenance(image: Image, facts: Iterable[str]) -> str:
    """Return where each of the facts (names of fields) comes from, in brackets; empty where no source is given.

    A fact that no trial showed is said to be from public sources only.
    """
    said = [f"{fact}: {_words(sources)}" for fact in facts if (sources := image.sources(fact))]
    return f" ({'; '.join(said)})" if said else ""


def _words(sources: Sequence[str]) -> str:
    tried = [f"a trial on {source}" for source in sources if source.startswith(LOOK_ALIKES)]
    told = [source for source in sources if not source.startswith(LOOK_ALIKES)]
    only = [] if tried or not all(map(_is_public, told)) else ["public sources only"]
    return ", ".join(tried + only + told)


def _is_public(source: str) -> bool:
    return source.startswith("https://")
