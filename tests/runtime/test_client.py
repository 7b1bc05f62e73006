"""Why an engine cannot be reached, in words for people."""

from __future__ import annotations

import docker.api.client
import pytest

from hardener.runtime.client import Engine, EngineError


def test_without_the_package_for_ssh_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(docker.api.client, "SSHHTTPAdapter", raising=False)
    with pytest.raises(EngineError, match=r"^ssh://nowhere is reached through ssh, .*: `pip install paramiko`$"):
        Engine.connect("ssh://nowhere")
