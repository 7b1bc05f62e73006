"""Publish ports on the loopback address only.

`8080:80` listens on every address of the host, and Docker's own rules come before those of most firewalls, so that a
database can be on the internet while `ufw` says that it is not. `127.0.0.1:8080:80` can be reached from the host, by a
reverse proxy for example.

What may break: everybody who reaches the port from another machine. To check: `ss -ltn` on the host.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardener.model.compose.composefile import ComposeFile
from hardener.model.compose.interpolation import interpolated
from hardener.model.compose.service import Service
from hardener.model.evidence import Control, Situation, Start, Verdict, decide
from hardener.model.finding import Finding, Safety
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Put, Replace
from hardener.text.yamlcursor import Cursor

RULE = Rule(
    title="publish ports on the loopback address only",
    level="opt-in",
    caveat="the port cannot be reached from other machines any more",
)
LOOPBACK = "127.0.0.1"
_EVERYWHERE = ("0.0.0.0", "[::]", "::", "*")  # noqa: S104 - what is looked for
_PORTS = re.compile(r"\d+(?:-\d+)?(?:/\w+)?")
_SHORT = re.compile(
    r"(?:(?P<address>\d+\.\d+\.\d+\.\d+|\[[0-9A-Fa-f:.]+\]|\*):)?(?:(?P<host>[^:/]*):)?(?P<inside>[^:]+)"
)


def check(_project: Project, document: ComposeFile) -> Iterator[Finding]:
    for service in document.parts:
        open_ones = [(item, change) for item in service.own_items("ports") if (change := _bound(service, item))]
        if not open_ones:
            continue
        changes = [change for _, change in open_ones if not isinstance(change, str)]
        unread = [change for _, change in open_ones if isinstance(change, str)]
        words = ", ".join(_shown(item) for item, _ in open_ones)
        reasoned = any(document.has_comment_beside(item.end) for item, _ in open_ones)
        situation = Situation(Control.ISOLATION, Start.UNKNOWN, opposite=f"ports: {words}", reasoned=reasoned)
        yield service.finding(
            f"listens on every address of the host: {words}",
            *changes,
            verdict=Verdict(Safety.HELD, unread[0]) if unread else decide(situation),
            span=service.span("ports"),
        )


def _bound(service: Service, item: Cursor) -> Replace | Put | str | None:
    """Return what binds a port to the loopback address, why that is not known, or None where it already is bound."""
    if item.text is None:
        return _long(service, item)
    text = item.text
    plain = interpolated(text, service.document.variables)
    if plain is None:
        return f"a variable may name the address in {text}"
    found = _SHORT.fullmatch(plain)
    if found is None or not _PORTS.fullmatch(found["inside"]):
        return f"{text} is no port mapping that can be read"
    address = found["address"]
    if address is not None and address not in _EVERYWHERE:
        return None
    if address is not None:
        if not text.startswith(f"{address}:"):
            return f"a variable names the address in {text}"
        return Replace(item.path, text, f"{LOOPBACK}:{text.removeprefix(f'{address}:')}")
    return Replace(item.path, text, f"{LOOPBACK}:{'' if found['host'] is not None else ':'}{text}")


def _long(service: Service, item: Cursor) -> Put | str | None:
    address = item.get("host_ip")
    plain = service.plain(address) if address is not None and not address.is_null else ""
    if plain and plain not in _EVERYWHERE:
        return None
    if address is not None and "$" in (address.text or ""):
        return "a variable names the address in host_ip"
    if item.get("target") is None:
        return "it names no port that can be read"
    return Put((*item.path, "host_ip"), LOOPBACK)


def _shown(item: Cursor) -> str:
    if item.text is not None:
        return item.text
    published, target = item.get("published"), item.get("target")
    inside = target.text if target is not None else ""
    return f"{published.text}:{inside}" if published is not None else inside or ""
