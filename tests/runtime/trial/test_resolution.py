"""What Compose prints of a project, and what is said of a file that it refuses."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest

from hardener.runtime.client import EngineError
from hardener.runtime.trial.composetool import ComposeError, ComposeTool, Model
from hardener.runtime.trial.resolution import resolved

POD = "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: alpine}]}}\n"


class Refuses:
    """A Compose that refuses whatever it is given, by the path that it was given."""

    is_old = True

    def resolved(self, files: Sequence[Path], _folder: Path, _timeout: float) -> Model:
        raise ComposeError(f"In file '{files[0]}', service 'a' must be a mapping not a string.")


class Prints:
    """A Compose that prints a project with a build, as docker-compose does."""

    is_old = True

    def __init__(self, context: str) -> None:
        self.context = context

    def resolved(self, _files: Sequence[Path], _folder: Path, _timeout: float) -> Model:
        return {"services": {"a": {"build": {"context": self.context, "dockerfile": "a$$b"}}}}


@pytest.mark.parametrize(
    ("context", "build"),
    [
        ("/srv/a$$b", {"context": "/srv/a$b", "dockerfile": "a$b"}),
        ("https://example.com/a.git#main", {"context": "https://example.com/a.git#main", "dockerfile": "a$$b"}),
    ],
)
def test_a_place_to_build_in_is_a_path_or_stays_what_it_is(tmp_path: Path, context: str, build: dict[str, str]) -> None:
    (tmp_path / "compose.yaml").write_text("services: {a: {build: .}}\n")
    tool = cast(ComposeTool, Prints(context))
    model = resolved(tmp_path / "compose.yaml", {}, tool, tmp_path / "at", time.monotonic() + 9)
    assert model["services"]["a"]["build"] == build


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("compose.yaml", "services: {a: {image: alpine}, b: 1}\n", "In file '{}', service 'a' must be a mapping"),
        ("compose.yaml", "services:\n  a: [\n", "{}:3: did not find expected node content"),
        ("compose.yaml", "", "{} has no service with an image or a build"),
        ("ours.json", '{"services": {"a": {"image": "alpine"}, "b": 1}}', "In file '{}', service 'a'"),
        ("pod.yaml", POD, "{} is neither a Compose file nor named like a Dockerfile"),
        ("notes.txt", "hello", "{} is neither a Compose file nor named like a Dockerfile"),
        ("ours.yml", "services: {a: {image: alpine}, b: 1}\n", "In file '{}', service 'a'"),
    ],
)
def test_it_is_named_as_its_user_knows_it(tmp_path: Path, name: str, text: str, said: str) -> None:
    file = tmp_path / "project" / name
    file.parent.mkdir()
    file.write_text(text)
    with pytest.raises(EngineError) as raised:
        resolved(file, {}, cast(ComposeTool, Refuses()), tmp_path / "at", time.monotonic() + 9)
    assert str(raised.value).startswith(said.format(file))
