"""What is mounted into a service, and which paths that covers."""

from __future__ import annotations

import pytest

from hardener.model.compose import composefile as compose
from hardener.model.compose.mounts import Mount
from hardener.text import yamltree
from hardener.text.source import Source


def mounts(*lines: str) -> list[Mount]:
    text = "services:\n  web:\n    image: a\n" + "".join(f"    {line}\n" for line in lines)
    file = compose.parse(Source.from_text("compose.yaml", text), yamltree.parse(text))
    assert file is not None
    return file.services[0].mounts


@pytest.mark.parametrize(
    ("item", "source", "target", "read_only", "is_bind"),
    [
        ("data:/data", "data", "/data", False, False),
        ("./conf:/etc/web:ro", "./conf", "/etc/web", True, True),
        ("/srv:/srv:z,ro", "/srv", "/srv", True, True),
        ("/anonymous", "(anonymous)", "/anonymous", False, False),
        (r"C:\data:/data", r"C:\data", "/data", False, True),
        ("${ROOT:-/srv}/web:/web", "/srv/web", "/web", False, True),
        ("${PWD}/web:/web", "${PWD}/web", "/web", False, True),
        ("~/web:/web", "~/web", "/web", False, True),
        ("{type: bind, source: ./a, target: /a, read_only: true}", "./a", "/a", True, True),
        ("{type: volume, source: a, target: /a}", "a", "/a", False, False),
        ("{type: volume, target: /a}", "(anonymous)", "/a", False, False),
        ("{type: tmpfs, target: /run}", "", "/run", False, False),
    ],
)
def test_both_syntaxes(item: str, source: str, target: str, read_only: bool, is_bind: bool) -> None:
    quoted = item if item.startswith("{type") else f"'{item}'"
    [mount] = mounts("volumes:", f"  - {quoted}")
    assert (mount.source, mount.target, mount.read_only, mount.is_bind) == (source, target, read_only, is_bind)


@pytest.mark.parametrize(
    ("target", "path", "covered"),
    [
        ("/data", "/data", True),
        ("/data/", "/data/x", True),
        ("/data", "/database", False),
        ("/run", "/var/run/app", True),
        ("/var/run", "/run/app", True),
        ("/var/running", "/run", False),
        ("/", "/anything", True),
    ],
)
def test_a_mount_covers_what_is_below(target: str, path: str, covered: bool) -> None:
    assert Mount("a", target, False, "").covers(path) is covered


def test_memory_counts_too() -> None:
    assert [mount.target for mount in mounts("tmpfs: /tmp:size=1m")] == ["/tmp"]
    assert [mount.source for mount in mounts("tmpfs: [/a, /b]")] == ["", ""]
