"""The action's steps, on a copy of a sample in each mode."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.standin import served
from tests.bot.state import SLUG, TOKEN, Forge, git
from tests.ci.runner import ROOT, Done, Runner
from tests.report.schemas import SARIF

ACTION = ROOT / "action.yml"
HARDEN = Path(sys.executable).with_name("harden")
UPLOAD = "github/codeql-action/upload-sarif"
LIMIT = 1 << 20
"""Bytes that a step's summary may take."""


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """Return a machine with the chatbot checked out."""
    shutil.copytree(ROOT / "samples/chatbot", tmp_path / "checkout")
    (tmp_path / "temporary").mkdir()
    git("init", "--quiet", folder=tmp_path / "checkout")
    environment = {"GITHUB_REPOSITORY": SLUG, "GITHUB_API_URL": "", "GITHUB_TOKEN": "", "HOME": str(tmp_path)}
    return Runner(tmp_path / "checkout", tmp_path / "temporary", environment)


def run(runner: Runner, **inputs: str) -> Done:
    return runner.run(ACTION, HARDEN, **inputs)


def harden(runner: Runner, *arguments: str) -> bytes:
    return subprocess.run([HARDEN, *arguments], cwd=runner.workspace, capture_output=True, check=True).stdout


def shown_change(done: Done) -> str:
    """Return the diff that a summary shows."""
    found = re.search(r"^(`{3,})diff\n(.*?)^\1\n", done.summary, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[2]


def test_check_annotates_and_shows_the_change_and_fails(runner: Runner) -> None:
    done = run(runner)
    assert done.code == 1
    errors = {(given["file"], given["title"]) for name, given, _ in done.commands if name == "error"}
    assert {("Dockerfile", "dockerfile-no-setuid"), ("compose.yaml", "compose-drop-capabilities")} <= errors
    assert "| `dockerfile-non-root-user` |" in done.summary
    assert shown_change(done).encode() == harden(runner, "--diff", ".")
    assert done.outputs["found"] == "true"
    git("apply", done.outputs["diff"], folder=runner.workspace)
    assert harden(runner, "--diff", ".") == b""


def test_check_passes_where_nothing_would_change(runner: Runner) -> None:
    harden(runner, "--write", ".")
    done = run(runner)
    assert (done.code, done.outputs["found"], done.outputs["diff"]) == (0, "false", "")
    assert "error" not in {name for name, _, _ in done.commands}
    assert "```" not in done.summary


def test_diff_shows_and_never_fails(runner: Runner) -> None:
    done = run(runner, mode="diff")
    assert (done.code, done.outputs["found"], done.commands) == (0, "true", [])
    assert shown_change(done).encode() == harden(runner, "--diff", ".")


def test_sarif_is_uploaded(runner: Runner) -> None:
    done = run(runner, mode="sarif")
    assert done.code == 0
    log = Path(done.outputs["sarif"])
    SARIF.validate(json.loads(log.read_text()))
    assert json.loads(log.read_text())["runs"][0]["results"]
    [given] = [given for action, given in done.used.items() if action.startswith(UPLOAD)]
    assert given["sarif_file"] == str(log)
    assert done.summary == ""


def test_sarif_may_stay_where_it_is(runner: Runner) -> None:
    done = run(runner, mode="sarif", upload="false")
    assert Path(done.outputs["sarif"]).is_file()
    assert not [action for action in done.used if action.startswith(UPLOAD)]


def test_options_and_paths(runner: Runner) -> None:
    done = run(runner, paths="compose.yaml\nk8s\n", args="--level=restricted\n--ignore=compose-pin\n", mode="diff")
    assert "| Dockerfile:" not in done.summary
    assert "compose-pin-image" not in done.summary
    assert shown_change(done).encode() == harden(runner, "--diff", "--level=restricted", "compose.yaml", "k8s")
    unsafe = run(runner, paths="compose.yaml\nk8s", unsafe_fixes="true", mode="diff")
    assert shown_change(unsafe).encode() == harden(runner, "--diff", "--unsafe-fixes", "compose.yaml", "k8s")


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"mode": "write"}, "mode is check, diff, sarif or pr"),
        ({"unsafe_fixes": "yes"}, "unsafe-fixes is true or false"),
        ({"mode": "pr", "paths": "k8s"}, "paths and unsafe-fixes are not for it"),
        ({"mode": "pr", "unsafe_fixes": "true"}, "paths and unsafe-fixes are not for it"),
    ],
)
def test_wrong_inputs_are_refused(runner: Runner, inputs: dict[str, str], said: str) -> None:
    done = run(runner, **inputs)
    assert done.code == 2
    assert [name for name, _, _ in done.commands] == ["error"]
    assert said in done.log


@pytest.mark.parametrize(
    ("mode", "inputs"),
    [
        ("check", {"args": "--no-such-option"}),
        ("diff", {"args": "--write"}),
        ("sarif", {"paths": "nowhere"}),
    ],
)
def test_what_harden_refuses_fails(runner: Runner, mode: str, inputs: dict[str, str]) -> None:
    done = run(runner, mode=mode, **inputs)
    assert done.code == 2
    assert re.search("^Error: |: error: ", done.log, re.MULTILINE)
    assert not [action for action in done.used if action.startswith(UPLOAD)]


@pytest.mark.parametrize("text", ["$(touch made)", '"; touch made; "', "'; touch made; '", "\ntouch made"])
def test_no_input_is_run(runner: Runner, text: str) -> None:
    echo = runner.temporary / "echo"
    echo.write_text("#!/bin/sh\nprintf '<%s>\\n' \"$@\"\nexit 2\n")
    echo.chmod(0o755)
    for inputs in ({"args": text}, {"paths": text}, {"mode": "pr", "args": text}):
        done = runner.run(ACTION, echo, **inputs)
        assert f"<{text.strip()}>" in done.log
    for inputs in ({"mode": text}, {"unsafe_fixes": text}, {"mode": "pr", "token": text}):
        assert runner.run(ACTION, echo, **inputs).code == 2
    assert not [*runner.workspace.rglob("made"), *runner.temporary.rglob("made")]


def test_no_name_of_a_file_is_a_command(runner: Runner) -> None:
    """A pull request names its files as it likes; what the runner does is not for it to say."""
    for name in ("::add-mask::a", "::error::no", "::stop-commands::x"):
        (runner.workspace / name).mkdir()
        shutil.copy(runner.workspace / "Dockerfile", runner.workspace / name / "Dockerfile")
        (runner.workspace / name / "compose.yaml").write_text("services: {a: {image: b, ports: [}}")
    for mode in ("check", "sarif"):
        done = run(runner, mode=mode)
        assert "::error::no/" in done.log
        allowed = {"error", "warning", "notice"} if mode == "check" else set()
        assert {name for name, _, _ in done.commands} <= allowed
        assert not [message for _, _, message in done.commands if message.startswith("no")]


def test_backticks_do_not_end_the_change(runner: Runner) -> None:
    file = runner.workspace / "Dockerfile"
    file.write_text(f"{file.read_text()}# ````\n# ```\n")
    assert shown_change(run(runner)).encode() == harden(runner, "--diff", ".")


def test_a_summary_fits(runner: Runner) -> None:
    services = "".join(f"  s{number}:\n    # {'ä' * 1500}\n    image: postgres:17-alpine\n" for number in range(400))
    (runner.workspace / "compose.yaml").write_text(f"services:\n{services}")
    done = run(runner, mode="diff")
    assert done.code == 0
    assert 500_000 < len(done.summary.encode()) < LIMIT
    assert "There is more than fits here." in done.summary
    assert done.summary.endswith("</details>\n")
    assert harden(runner, "--diff", ".").decode().startswith(shown_change(done))


def test_pull_requests(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "server").mkdir()
    forge = Forge(tmp_path / "server")
    (runner.workspace / ".harden.toml").touch()
    git("add", "--all", folder=runner.workspace)
    git("-c", "user.name=mona", "-c", "user.email=mona@example.org", "commit", "-qm", "Begin", folder=runner.workspace)
    git("push", "--quiet", forge.bare.as_uri(), "HEAD:refs/heads/main", folder=runner.workspace)
    with served(forge) as url:
        runner.environment = {**runner.environment, "GITHUB_SERVER_URL": url}
        dry = run(runner, mode="pr", token=TOKEN, args="--dry-run")
        assert (dry.code, dict(forge.pulls)) == (0, {})
        done = run(runner, mode="pr", token=TOKEN, args="--draft")
    assert done.code == 0, done.log
    assert len(forge.pulls) == 1
    assert "harden/all" in forge.branches
    assert TOKEN not in done.log
    assert done.commands == []


@pytest.mark.installs
def test_it_installs_itself_and_nothing_of_the_checkout(runner: Runner) -> None:
    for name in ("venv", "pip", "ensurepip", "hardener"):
        (runner.workspace / f"{name}.py").write_text("raise SystemExit('of the checkout')\n")
    done = runner.run(ACTION, paths="compose.yaml")
    assert done.code == 1, done.log
    assert [name for name, _, _ in done.commands if name == "error"]
    assert "of the checkout" not in done.log
    again = runner.run(ACTION, mode="pr", token="")  # installs more, into what is there
    assert again.code == 2
    assert "no token for" in again.log
    subprocess.run([runner.temporary / "harden-action/bin/python", "-c", "import docker"], check=True)  # for --trial
