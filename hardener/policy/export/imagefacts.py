"""What profiles say of images, as data for policies that see a name only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hardener.model.images.arguments import servers
from hardener.model.images.profiles import Images, shipped_names

_FACTS = ("starts", "capabilities", "family")


def image_facts(own: Mapping[str, Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return by image name the layers of facts that policies ask for, each with the tags (globs) that it holds for.

    `own` are a project's own profiles, which go before those that ship. Images without such a fact are left out.
    """
    images = Images(own)
    found = {name: list(_layers(images, name)) for name in sorted({*shipped_names(), *own})}
    return {name: layers for name, layers in found.items() if any(_tells(layer["facts"]) for layer in layers)}


def _tells(facts: Mapping[str, Any]) -> bool:
    return facts.get("starts") == "steps-down" or bool(facts.get("capabilities")) or facts.get("family") == "windows"


def _layers(images: Images, name: str) -> Iterator[dict[str, Any]]:
    for layer in images.layers(name):
        facts = {key: layer[key] for key in _FACTS if key in layer}
        if facts:
            yield {"tags": list(layer.get("tags", ("*",))), "facts": facts}
    if programs := sorted(servers(name)):
        yield {"tags": ["*"], "facts": {"programs": programs}}
