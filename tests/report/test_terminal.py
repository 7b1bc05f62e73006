"""What a person at a terminal sees: the overview, and findings under their lines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hardener.engine import Result, State, run
from hardener.model.finding import Safety
from hardener.model.settings import Settings
from hardener.report import grouped, overview, terminal
from hardener.report.lines import Line, Role
from hardener.report.tables import columns

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
PLACED = "services:\n  web:\n\t# no tab\n    image: x\n".replace("\t", "    ")


def plain(lines: object) -> str:
    return terminal.render(lines, width=None)  # type: ignore[arg-type]  # lines of both


def found(*paths: Path, **settings: object) -> Result:
    return run([*paths], Settings(**settings))  # type: ignore[arg-type]  # what a test says


@pytest.mark.parametrize("name", ["chatbot", "ecommerce"])
def test_the_overview_has_ten_lines_at_most_and_tells_what_to_do(name: str) -> None:
    result = found(SAMPLES / name)
    text = plain(overview.overview(result, alone=True))
    assert text.count("\n") <= 10
    for state, word in ((State.FIXED, "safe"), (State.UNSAFE, "unsafe"), (State.HELD, "held")):
        number = sum(outcome.state is state for outcome in result.outcomes)
        assert (f"{number:6} {word} " in text) == bool(number)
    assert "harden --diff" in text
    assert "harden trial" in text


def test_the_overview_calls_nothing_safe_that_was_asked_for_and_nothing_open_that_is_written() -> None:
    result = found(SAMPLES / "chatbot", unsafe_fixes=True)
    unsafe = sum(outcome.finding.safety is Safety.UNSAFE for outcome in result.outcomes)
    fixed = sum(outcome.state is State.FIXED for outcome in result.outcomes)
    text = plain(overview.overview(result, alone=False))
    assert 0 < unsafe < fixed
    assert f"{fixed - unsafe:6} safe     --diff shows the changes" in text
    assert f"{unsafe:6} unsafe " in text
    text = plain(overview.overview(result, alone=False, written=True))
    assert f"{fixed:6} fixed " in text
    assert " safe " not in text
    assert " unsafe " not in text


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a b.yaml", "services:\n  x: {image: redis:7, user: root}\n", "harden trial 'a b.yaml' tells"),
        (
            "Dockerfile",
            'FROM python:3.12-slim\nCOPY a.py /\nUSER root\nCMD ["python", "/a.py"]\n',
            "harden trial Dockerfile tells",
        ),
        (
            "pod.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: x}]}\n",
            "--diff --unsafe-fixes shows",
        ),
    ],
)
def test_the_overview_names_what_a_trial_can_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.py").touch()
    Path(name).write_text(text)
    assert f"may break a program: {told}" in plain(overview.overview(found(Path(name)), alone=True))


def test_the_overview_of_nothing(tmp_path: Path) -> None:
    assert plain(overview.overview(found(tmp_path), alone=True)).startswith(
        "no Dockerfile, Compose file or Kubernetes manifest"
    )
    (tmp_path / "compose.yaml").write_text(PLACED)
    assert "nothing to fix" in plain(overview.overview(found(tmp_path, ignore=("compose", "project")), alone=True))


def test_findings_stand_under_their_line_with_a_caret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("compose.yaml").write_text("services:\n  é:\n    image: redis:7\n    read_only: false  # why\n")
    text = plain(grouped.findings(found(Path()), written=False, verbose=False))
    lines = text.split("\n")
    assert lines[0] == "compose.yaml"
    carets = [number for number, line in enumerate(lines) if "^" in line]
    marked = [lines[n - 1][lines[n].index("^") : lines[n].rindex("^") + 1] for n in carets]
    assert marked == ["é", "read_only: false"]
    assert "compose-read-only" in lines[carets[1] + 2]


@pytest.mark.parametrize("width", [60, 80, 200])
def test_it_fits_the_terminal(tmp_path: Path, width: int) -> None:
    long = "\nservices:\n  web:\n    image: x\n    privileged: true  # " + "very-long " * 30 + "\n"
    (tmp_path / "compose.yaml").write_text(long)
    result = found(SAMPLES / "chatbot", tmp_path)
    text = terminal.render(
        [*overview.overview(result, alone=True), *grouped.findings(result, written=False, verbose=True)], width=width
    )
    shown = re.sub(r"\x1b\[[0-9;]*m", "", text).split("\n")
    assert max(map(len, shown)) <= width
    number = next(number for number, line in enumerate(shown) if "very-long" in line)
    assert shown[number + 1].index("^") == shown[number].index("privileged")


def test_what_goes_on_in_another_line_stands_beside_its_label() -> None:
    label = Line(((Role.GOOD, "fix      "), (Role.PLAIN, "one two three four")), detail=1, hang=9)
    shown = re.sub(r"\x1b\[[0-9;]*m", "", terminal.render([label], width=25))
    assert [row.rstrip() for row in shown.split("\n")] == ["    fix      one two", " " * 13 + "three four", ""]


@pytest.mark.parametrize("width", [30, 60, 200])
def test_a_table_keeps_its_columns(width: int) -> None:
    rows = [("WHAT", "WHO"), ("one two three four five six", "those who keep it running all day"), ("x", "y")]
    shown = re.sub(r"\x1b\[[0-9;]*m", "", terminal.render(columns(rows), width=width)).split("\n")
    assert max(map(len, shown)) <= width
    begins = shown[0].index("WHO")
    assert shown[-2].index("y") == begins
    assert all(row[begins - 2 : begins].strip() == "" for row in shown)
    assert terminal.render(columns(rows), width=None).split("\n")[0] == f"WHAT{' ' * 25}WHO"


def test_every_finding_is_shown() -> None:
    result = found(SAMPLES / "ecommerce")
    text = plain(grouped.findings(result, written=False, verbose=True))
    for outcome in result.outcomes:
        assert f"  {outcome.finding.rule}\n" in text
    assert text.count("compose-drop-capabilities\n") == sum(
        outcome.finding.rule == "compose-drop-capabilities" for outcome in result.outcomes
    )
