"""Whatever a Compose file or manifest looks like: nothing is lost, and nothing comes but what hardening adds."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from hardener.model.settings import ImageFact, Settings, User
from tests.conftest import assert_nets_hold, harden, unsafe
from tests.properties.growth import Literal, assert_only_grown
from tests.properties.manifests import Author
from tests.properties.profile import ordinary

SETTINGS = Settings(images={"known/*": ImageFact(user=User(1000, 1000), capabilities=(), writable=("/var/cache/app",))})


@st.composite
def compose(draw: st.DrawFn) -> str:
    return Author(draw).compose()


@st.composite
def kubernetes(draw: st.DrawFn) -> str:
    return Author(draw).kubernetes()


@pytest.mark.parametrize("settings", [SETTINGS, unsafe(SETTINGS)], ids=["safe", "unsafe"])
@ordinary
@given(text=compose())
def test_compose_files(settings: Settings, text: str) -> None:
    check("compose.yaml", text, settings)


@pytest.mark.parametrize("settings", [SETTINGS, unsafe(SETTINGS)], ids=["safe", "unsafe"])
@ordinary
@given(text=kubernetes())
def test_kubernetes_manifests(settings: Settings, text: str) -> None:
    check("manifests.yaml", text, settings)


def check(name: str, text: str, settings: Settings) -> None:
    parses = readable(text)
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        raw = text.encode()
        (folder / name).write_bytes(raw)
        result = harden(folder, settings)
        assert parses is not True or not result.errors, result.errors
        assert all(outcome.reason for outcome in result.outcomes if outcome.state != "fixed")
        new = assert_nets_hold(folder, settings, result)[name]
    if not parses:
        assert new == raw
    elif new != raw:
        assert new.startswith(b"\xef\xbb\xbf") is raw.startswith(b"\xef\xbb\xbf")
        assert_only_grown(text.removeprefix("\ufeff"), new.decode("utf-8-sig"))


def readable(text: str) -> bool:
    """Whether PyYAML reads it."""
    try:
        list(yaml.load_all(text.removeprefix("\ufeff"), Literal))
    except yaml.YAMLError:
        return False
    return True
