"""What profiles and the configuration say of images, as data for policies that see a name only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hardener.model.images.arguments import servers
from hardener.model.images.profiles import Images, shipped_names
from hardener.model.settings import ImageFact

_FACTS = ("starts", "capabilities")


def image_facts(
    profiles: Mapping[str, Mapping[str, Any]], configured: Mapping[str, ImageFact]
) -> Iterator[dict[str, Any]]:
    """Yield the facts that policies ask for, each mapping to be laid over the ones before it.

    `image` and `tags` are globs for the names and the tags that the `facts` hold for. `profiles` are a project's own,
    which go before those that ship; what is `configured` for names (globs) goes before both.
    """
    images = Images(profiles)
    for name in sorted({*shipped_names(), *profiles}, key=lambda name: ("*" not in name, name)):
        layers = list(_layers(images, name))
        if any(_tells(layer["facts"]) for layer in layers):
            yield from ({"image": name, **layer} for layer in layers)
    for name, fact in reversed([*configured.items()]):
        if fact.capabilities is not None:
            yield {"image": name, "tags": ["*"], "facts": {"capabilities": list(fact.capabilities)}}


def _tells(facts: Mapping[str, Any]) -> bool:
    return facts.get("starts") == "steps-down" or bool(facts.get("capabilities")) or facts.get("windows") is True


def _layers(images: Images, name: str) -> Iterator[dict[str, Any]]:
    for layer in images.layers(name):
        facts = {key: layer[key] for key in _FACTS if key in layer}
        if "family" in layer:
            facts["windows"] = layer["family"] == "windows"
        if facts:
            yield {"tags": list(layer.get("tags", ("*",))), "facts": facts}
    if programs := sorted(servers(name)):
        yield {"tags": ["*"], "facts": {"programs": programs}}
