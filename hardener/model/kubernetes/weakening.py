"""What a patch says against a hardened manifest: each value that takes away what its base has, or may get."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from hardener.model.kubernetes.fields import is_true, items_at, number, text_at, value_at
from hardener.model.kubernetes.workload import Container, Pod
from hardener.text.yamlcursor import Cursor

_OPPOSITES = {
    "allowPrivilegeEscalation": "true",
    "privileged": "true",
    "procMount": "unmasked",
    "readOnlyRootFilesystem": "false",
    "runAsNonRoot": "false",
    "runAsUser": "0",
}
"""Of a securityContext; in lower case."""
_PROFILES = ("appArmorProfile", "seccompProfile")
_HARMLESS = "NET_BIND_SERVICE"
_SHARED = ("hostIPC", "hostNetwork", "hostPID")
_OPERATION = re.compile(r"/(?:ephemeralC|initC|c)ontainers/[^/]+/securityContext(?:/(?P<key>\w+))?")
"""Where an operation of a JSON patch (RFC 6902) works on a container's securityContext."""


class Weakening(NamedTuple):
    """One value of a patch."""

    key: str
    """The field's name: `privileged`; `add: SYS_ADMIN` for a capability."""
    value: Cursor

    @property
    def words(self) -> str:
        """What stands there: `privileged: true`."""
        return self.key if self.value.text is None or ": " in self.key else f"{self.key}: {self.value.text}"


def weakenings(subject: Pod | Container) -> Iterator[Weakening]:
    """Yield what a pod, without its containers, or one container of a patch says against hardening."""
    context = subject.security()
    if context is not None:
        yield from _of_context(context)
    yield from _of_pod(subject) if isinstance(subject, Pod) else _of_ports(subject)


def of_operations(operations: Cursor) -> Iterator[Weakening]:
    """Yield what the operations of a JSON patch put into a container's securityContext against hardening."""
    for operation in operations.elements():
        found = _OPERATION.search(text_at(operation, "path"))
        value = operation.get("value")
        if found is None or value is None or text_at(operation, "op") == "remove":
            continue
        yield from _of_context(value) if found["key"] is None else _of_key(found["key"], value)


def _of_context(context: Cursor) -> Iterator[Weakening]:
    for key, value in context.entries():
        yield from _of_key(key, value)


def _of_key(key: str, value: Cursor) -> Iterator[Weakening]:
    if key in _PROFILES and text_at(value, "type") == "Unconfined":
        yield Weakening(f"{key}: Unconfined", value)
    if key == "capabilities":
        yield from (Weakening(f"add: {item.text}", item) for item in items_at(value, "add") if item.text != _HARMLESS)
    if value.plain and (value.text or "").lower() == _OPPOSITES.get(key):
        yield Weakening(key, value)


def _of_pod(pod: Pod) -> Iterator[Weakening]:
    for key in _SHARED:
        value = value_at(pod.spec, key)
        if value is not None and is_true(value):
            yield Weakening(key, value)
    for volume in items_at(pod.spec, "volumes"):
        place = value_at(volume, "hostPath", "path")
        if place is not None:
            yield Weakening(f"hostPath: {place.text}", place)


def _of_ports(container: Container) -> Iterator[Weakening]:
    for port in items_at(container.cursor, "ports"):
        value = value_at(port, "hostPort")
        if value is not None and number(value) != 0:
            yield Weakening("hostPort", value)
