"""Whatever a Dockerfile looks like: BuildKit still reads it, and every instruction is still there."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardener.model.settings import ImageFact, Settings, User
from tests.conftest import assert_nets_hold, harden, unsafe
from tests.properties.dockerfiles import CONTEXT, dockerfile
from tests.properties.profile import ordinary

buildkit = pytest.importorskip("dockerfile", reason="BuildKit's parser has no wheel for this platform")

SETTINGS = Settings(
    select=("dockerfile-non-root-user", "dockerfile-copy-chown"),
    user=User(1000, 1000, "app"),
    images={"elsewhere/*": ImageFact(user=User(1000, 1000), capabilities=(), writable=())},
)
OURS = re.compile(r"\b(chown|useradd|groupadd|adduser|addgroup)\b")


Instruction = tuple[str, tuple[str, ...], tuple[str, ...]]
"""Keyword, flags, arguments."""


@st.composite
def dockerfiles(draw: st.DrawFn) -> str:
    return dockerfile(draw)


@pytest.mark.parametrize("settings", [SETTINGS, unsafe(SETTINGS)], ids=["safe", "unsafe"])
@ordinary
@given(text=dockerfiles())
def test_a_user_of_its_own_and_nothing_else(settings: Settings, text: str) -> None:
    before, after = check(settings, text)
    assert_all_there(before or [], after or [])


@ordinary
@given(text=dockerfiles())
def test_all_rules_at_once(text: str) -> None:
    check(replace(SETTINGS, select=("dockerfile",), unsafe_fixes=True), text)


def check(settings: Settings, text: str) -> tuple[list[Instruction] | None, list[Instruction] | None]:
    """Check that the nets hold and that BuildKit takes the result, and return what it reads, before and after."""
    before = instructions(text)
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name, content in CONTEXT.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(content)
        raw = text.encode()
        (folder / "Dockerfile").write_bytes(raw)
        result = harden(folder, settings)
        assert all(outcome.reason for outcome in result.outcomes if outcome.state != "fixed")
        new = assert_nets_hold(folder, settings, result)["Dockerfile"]
    after = instructions(new.decode())
    assert (before is None) is (after is None), "BuildKit does not read it any more"
    assert before is not None or new == raw
    return before, after


def instructions(text: str) -> list[Instruction] | None:
    """Return what BuildKit reads; None where it refuses."""
    try:
        commands = buildkit.parse_string(text)
    except buildkit.GoParseError:
        return None
    return [
        (
            (command.cmd or "").upper(),
            tuple(command.flags),
            (
                *((command.sub_cmd or "",) if command.sub_cmd else ()),
                *command.value,
                *(h.content for h in command.heredocs),
            ),
        )
        for command in commands
    ]


def assert_all_there(before: list[Instruction], after: list[Instruction]) -> None:
    """Check that the old instructions follow each other as before, and that only ours stand between them."""
    rest = list(after)
    for old in before:
        while rest and not same(old, rest[0]):
            assert ours(rest.pop(0)), f"{old} is gone: {after}"
        assert rest, f"{old} is gone: {after}"
        rest.pop(0)
    assert all(ours(new) for new in rest), rest


def same(old: Instruction, new: Instruction) -> bool:
    """Whether an instruction is what it was, but for an owner of copies, an account's ids and a root that went."""
    if old[0] != new[0]:
        return False
    if old[0] == "USER":
        return old[2] == new[2] or old[2][0].partition(":")[0] in {"root", "0"} or new[2][0].partition(":")[0].isdigit()
    if old[0] == "RUN" and OURS.search(" ".join(old[2])):
        return all(word in " ".join(new[2]) for word in " ".join(old[2]).split())
    if old[0] in {"COPY", "ADD"}:
        flags = [tuple(flag for flag in one[1] if not flag.startswith("--chown=")) for one in (old, new)]
        return flags[0] == flags[1] and old[2] == new[2]
    return old == new


def ours(new: Instruction) -> bool:
    return new[0] == "USER" or (new[0] == "RUN" and OURS.search(" ".join(new[2])) is not None)
