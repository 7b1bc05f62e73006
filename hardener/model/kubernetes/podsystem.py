"""Which operating system a pod is for, as its manifest tells it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hardener.model.images.profiles import profile
from hardener.model.kubernetes.fields import items_at, text_at, value_at
from hardener.text.yamlcursor import Cursor

_WINDOWS = "windows"
_LABELS = ("kubernetes.io/os", "beta.kubernetes.io/os")
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def is_windows(spec: Cursor, containers: Iterable[Cursor]) -> bool:
    """Return whether a pod's spec or one of its containers shows that it runs on Windows."""
    return _WINDOWS in _named(spec) or any(_shows_windows(each) for each in (spec, *containers))


def _named(spec: Cursor) -> Iterator[str]:
    """Yield the operating systems that the pod names or asks of its node."""
    yield text_at(spec, "os", "name")
    yield from (text_at(spec, "nodeSelector", label) for label in _LABELS)
    for term in items_at(spec, "affinity", "nodeAffinity", _REQUIRED, "nodeSelectorTerms"):
        for expression in items_at(term, "matchExpressions"):
            if text_at(expression, "key") in _LABELS and text_at(expression, "operator") == "In":
                yield from (value.text or "" for value in items_at(expression, "values"))


def _shows_windows(part: Cursor) -> bool:
    options, image = value_at(part, "securityContext", "windowsOptions"), profile(text_at(part, "image"))
    return bool(options is not None and options.entries()) or (image is not None and image.family == _WINDOWS)
