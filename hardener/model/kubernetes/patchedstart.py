"""What a patch makes the containers of its base start: another image, another command, other arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardener.model.kubernetes.fields import text_at, value_at
from hardener.model.kubernetes.overlay import Started, Target
from hardener.text.yamlcursor import Cursor

_OPERATION = re.compile(
    r"/(?P<position>(?:ephemeralC|initC|c)ontainers/\d+)(?:/(?P<key>image|command|args)(?P<item>/.*)?)?\Z"
)
"""Where an operation of a JSON patch (RFC 6902) works on a container, or on what it starts."""


def of_container(container: Cursor, target: Target) -> Iterator[Started]:
    """Yield what a container in a patch starts, where it says something about that."""
    image, command = text_at(container, "image"), value_at(container, "command") is not None
    arguments = _texts(container.get("args"))
    if image or command or arguments:
        yield Started(target, image, command, arguments)


def of_operations(operations: Cursor, target: Target) -> Iterator[Started]:
    """Yield what the operations of a JSON patch make containers start."""
    for operation in operations.elements():
        path, kind = text_at(operation, "path"), text_at(operation, "op")
        found = _OPERATION.search(path)
        if found is None or kind in ("test", "remove"):
            continue
        of_it = target._replace(container=found["position"])
        value = operation.get("value")
        match found["key"]:
            case "image":
                yield Started(of_it, image=(value.text if value is not None else "") or "")
            case "args" if found["item"] is None and value is not None:
                yield Started(of_it, arguments=_texts(value))
            case "args" | "command":
                yield Started(of_it, command=True)
            case _ if value is not None and kind == "replace":
                yield from of_container(value, of_it)


def _texts(words: Cursor | None) -> tuple[str, ...]:
    return () if words is None else tuple(item.text or "" for item in words.elements())
