"""What a user wants to hear from a service: a command in its container, or a URL."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import URLError
from urllib.parse import SplitResult, urlsplit
from urllib.request import Request, urlopen

from hardener.runtime.client import Engine, EngineError, Record

PATIENCE = 5
"""Seconds that one answer may take."""


@dataclass(frozen=True, slots=True)
class Check:
    """One question; it is answered by exit code 0, or by an HTTP status below 400."""

    service: str
    """Empty for a URL, which says itself whom it asks, and for a command where only one service is tried."""
    text: str

    @classmethod
    def parse(cls, text: str, services: Mapping[str, Any]) -> Check:
        """Return the check that `[SERVICE=]COMMAND` or a URL asks for."""
        name, equals, command = text.partition("=")
        return cls(name, command) if equals and name in services else cls("", text)

    @property
    def url(self) -> SplitResult | None:
        """The URL that it asks; None for a command."""
        return urlsplit(self.text) if self.text.startswith(("http://", "https://")) else None


def target_of(check: Check, services: Mapping[str, Mapping[str, Any]]) -> tuple[str, int] | None:
    """Return the service that a URL means, by its name or by the port that it publishes, and its own port for that."""
    url = check.url
    if url is None:
        return None
    port = url.port or (443 if url.scheme == "https" else 80)
    host = url.hostname or ""
    if host in services:
        return host, port
    for name, service in services.items():
        for outside, inside in map(published, service.get("ports") or ()):
            if outside == str(port):
                return name, inside
    return None


def answers(engine: Engine, container: Record, check: Check, port: int | None) -> bool:
    """Return whether a container answers a check; `port` is its own, for a URL."""
    if port is None:
        try:
            return engine.execute(container["Id"], ["sh", "-c", check.text])[0] == 0
        except EngineError:
            return False
    url = check.url
    if url is None:
        return False
    return any(_responds(url, address, port) for address in addresses(container))


def accepts(container: Record, port: int) -> bool:
    """Return whether a container takes a TCP connection from here."""
    for address in addresses(container):
        try:
            with socket.create_connection((address, port), timeout=PATIENCE):
                return True
        except OSError:
            continue
    return False


def addresses(container: Record) -> list[str]:
    """Return a container's addresses in its networks."""
    networks = (container["NetworkSettings"].get("Networks") or {}).values()
    return [address for network in networks for key in _ADDRESSES if (address := network.get(key))]


_ADDRESSES = ("IPAddress", "GlobalIPv6Address")


def _responds(url: SplitResult, address: str, port: int) -> bool:
    host = f"[{address}]" if ":" in address else address
    place = url._replace(netloc=f"{host}:{port}").geturl()
    request = Request(place, headers={"Host": url.netloc.rpartition("@")[2]})  # noqa: S310 - http or https, as parsed
    unchecked = ssl.create_default_context()
    unchecked.check_hostname = False
    unchecked.verify_mode = ssl.CERT_NONE  # whether it answers, not who it is
    try:
        with urlopen(request, timeout=PATIENCE, context=unchecked) as answer:  # noqa: S310 - as above
            return bool(answer.status < 400)
    except (URLError, OSError, ValueError):
        return False


def published(port: Any) -> tuple[str, int]:
    """Return the host's port and the container's, of either syntax."""
    if isinstance(port, Mapping):
        return str(port.get("published", "")), int(port["target"])
    places = str(port).partition("/")[0].split(":")
    return places[-2] if len(places) > 1 else "", int(places[-1])
