"""What a change may do to the data, said without our own code: PyYAML reads both texts."""

from __future__ import annotations

import re
from typing import Any

import yaml

GROWING = {
    *("cap_drop", "cap_add", "security_opt", "tmpfs", "drop", "add", "volumes", "volumeMounts"),
    *("securityContext", "capabilities", "seccompProfile"),
}
"""Collections that may appear, and that may get members where nothing, or a scalar, stood."""
SETTABLE = {
    *("user", "read_only", "runAsUser", "runAsGroup", "runAsNonRoot"),
    *("allowPrivilegeEscalation", "readOnlyRootFilesystem", "type"),
}
"""Scalars that may appear and change."""
CORRECTIONS = re.compile(r"no-new-privileges\b.*|(?i:all)")
"""Items of lists that may be rewritten in place."""
REMOVABLE = {
    *("runAsUser", "privileged", "cap_add", "add", "security_opt", "devices", "pid", "ipc", "network_mode"),
    *("userns_mode", "uts", "cgroup", "hostPID", "hostIPC", "hostNetwork", "hostPort", "procMount", "sysctls"),
    *(
        "hostPath",
        "volumes",
        "volumeMounts",
        "appArmorProfile",
        "seLinuxOptions",
        "annotations",
        "type",
        "user",
        "role",
    ),
}
"""What unsafe fixes may take away; of a list under such a key, items."""
NOTHING = ("", "~", "null")


class Literal(yaml.CBaseLoader):
    """Every scalar as its text, merge keys as ordinary keys, aliases as what they stand for."""


class Merged(yaml.CSafeLoader):
    """Every scalar as its text, merge keys resolved."""


Merged.yaml_implicit_resolvers = {"<": [("tag:yaml.org,2002:merge", re.compile("^<<$"))]}


def _without_tag(loader: Any, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        loader.flatten_mapping(node)
        return {loader.construct_object(k, deep=True): loader.construct_object(v, deep=True) for k, v in node.value}
    return [loader.construct_object(v, deep=True) for v in node.value] if isinstance(node.value, list) else node.value


Merged.add_multi_constructor("!", _without_tag)


def assert_only_grown(old: str, new: str) -> None:
    """Check that everything of `old` is in `new`, and that nothing came but what hardening adds."""
    for loader in (Literal, Merged):
        before, after = (list(yaml.load_all(text, loader)) for text in (old, new))
        assert len(before) == len(after)
        for one, other in zip(before, after, strict=True):
            _compare(one, other, "")
            if loader is Literal:
                _assert_same_order(one, other, "")
    for one, literal, other in zip(
        yaml.load_all(old, Merged), yaml.load_all(old, Literal), yaml.load_all(new, Literal), strict=True
    ):
        _assert_nothing_shadowed(one, literal, other)


def _compare(old: Any, new: Any, path: str) -> None:
    key = path.rpartition("/")[2]
    if isinstance(old, dict) and isinstance(new, dict):
        gone = set(old) - set(new)
        assert gone <= REMOVABLE or key in REMOVABLE, f"{path}: {gone} went"
        come = set(new) - set(old)
        assert come <= GROWING | SETTABLE, f"{path}: {come} came"
        for name in old.keys() & new.keys():
            _compare(old[name], new[name], f"{path}/{name}")
    elif isinstance(old, list) and isinstance(new, list):
        assert len(new) == len(old) or key in GROWING, f"{path}: items came or went"
        if key in REMOVABLE:
            kept = [item for item in old if item in new]
            assert [item for item in new if item in kept] == kept, f"{path}: another order"
            return
        for index, (one, other) in enumerate(zip(old, new, strict=False)):
            if not (isinstance(one, str) and isinstance(other, str) and CORRECTIONS.fullmatch(one)):
                _compare(one, other, f"{path}/{index}")
        assert len(new) >= len(old), f"{path}: items went"
    elif old in NOTHING and isinstance(new, dict | list):
        assert key in GROWING, f"{path}: became {new}"
    elif isinstance(old, str) and isinstance(new, list):
        assert key in GROWING, f"{path}: became {new}"
        assert new[0] == old
    else:
        assert old == new or key in SETTABLE, f"{path}: {old!r} became {new!r}"


def _assert_same_order(old: Any, new: Any, path: str) -> None:
    """Where a merge key brings what an own key brought before, readers see another order; the text keeps its own."""
    if isinstance(old, dict) and isinstance(new, dict):
        assert [k for k in new if k in old] == [k for k in old if k in new], f"{path}: another order"
        for name in old.keys() & new.keys():
            _assert_same_order(old[name], new[name], f"{path}/{name}")
    elif isinstance(old, list) and isinstance(new, list):
        for one, other in zip(old, new, strict=False):
            _assert_same_order(one, other, path)


def _assert_nothing_shadowed(merged: Any, literal: Any, new: Any) -> None:
    """A key of one's own must not take the place of what a merge key brings."""
    if isinstance(literal, dict) and isinstance(new, dict):
        if "<<" in literal:
            shadows = (new.keys() - literal.keys()) & merged.keys()
            assert not shadows, f"{shadows} came from a merge key before"
        for name in (literal.keys() & new.keys()) - {"<<"}:
            _assert_nothing_shadowed(merged[name], literal[name], new[name])
    elif isinstance(literal, list) and isinstance(new, list):
        for three in zip(merged, literal, new, strict=False):
            _assert_nothing_shadowed(*three)
