"""A composite action's steps, run in bash as a runner runs them; steps that use other actions are noted, not run.

https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax#runs-for-composite-actions
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail")
"""What `shell: bash` means."""

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")
_COMMAND = re.compile(r"::(?P<name>[\w-]+)(?: (?P<properties>[^:]*))?::(?P<message>.*)")

Context = Mapping[str, Any]


def value(expression: str, context: Context) -> Any:
    """Return what an expression of names, strings, `==`, `!=`, `&&` and `||` is; fails on any other."""
    for operator, short in (("||", True), ("&&", False)):
        first, found, rest = expression.partition(operator)
        if found:
            left = value(first, context)
            return left if bool(left) is short else value(rest, context)
    for operator in ("==", "!="):
        first, found, rest = expression.partition(operator)
        if found:
            return (value(first, context) == value(rest, context)) is (operator == "==")
    word = expression.strip()
    if literal := re.fullmatch(r"'([^']*)'", word):
        return literal[1]
    assert re.fullmatch(r"[a-z]\w*(\.[\w-]+)+", word), f"not an expression that is known here: {word}"
    known: Any = context
    for name in word.split("."):
        known = known.get(name, "")
        if known == "":
            break
    return known


def filled(text: object, context: Context) -> str:
    """Return a text with its expressions replaced."""
    return _EXPRESSION.sub(lambda match: str(value(match[1], context)), str(text))


def commands(log: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield the commands that a runner finds in a log: name, properties, message."""
    resume = None
    for line in log.split("\n"):
        match = _COMMAND.fullmatch(line.strip())
        if match is None or resume not in {None, match["name"]}:
            continue
        if resume is not None:
            resume = None
        elif match["name"] == "stop-commands":
            resume = match["message"]
        else:
            given = (match["properties"] or "").split(",")
            yield match["name"], dict(pair.split("=", 1) for pair in given if "=" in pair), match["message"]


@dataclass
class Done:
    """What came of an action."""

    code: int = 0
    """Of the step that failed; 0 where none did."""
    log: str = ""
    summary: str = ""
    used: dict[str, dict[str, str]] = field(default_factory=dict)
    """By the other action: what it was given."""
    outputs: dict[str, str] = field(default_factory=dict)

    @property
    def commands(self) -> list[tuple[str, dict[str, str], str]]:
        return list(commands(self.log))


@dataclass
class Runner:
    """A machine on which an action runs, with a checkout in `workspace`."""

    workspace: Path
    temporary: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, action: Path, installed: Path | None = None, **inputs: str) -> Done:
        """Run an action; where `installed` is a program, the step `install` has been run and has put it there."""
        read = yaml.safe_load(action.read_text(encoding="utf-8"))
        given = {name.replace("_", "-"): text for name, text in inputs.items()}
        assert given.keys() <= read["inputs"].keys()
        github = {"token": "of the workflow"}
        defaults = {name: filled(key["default"], {"github": github}) for name, key in read["inputs"].items()}
        steps: dict[str, Any] = {}
        context = {"inputs": defaults | given, "github": github, "steps": steps}
        done = Done()
        for step in read["runs"]["steps"]:
            if step.get("id") == "install" and installed is not None:
                steps["install"] = {"outputs": {"harden": str(installed)}}
            elif done.code == 0 and value(step.get("if", "'always'"), context):
                steps[step.get("id", "")] = {"outputs": self._step(step, context, done)}
        done.outputs = {name: filled(output["value"], context) for name, output in read["outputs"].items()}
        return done

    def _step(self, step: Mapping[str, Any], context: Context, done: Done) -> dict[str, str]:
        """Run a step and return its outputs."""
        if "uses" in step:
            done.used[step["uses"]] = {key: filled(text, context) for key, text in step["with"].items()}
            return {}
        assert step["shell"] == "bash"
        files = {name: self.temporary / f"_{name}" for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV")}
        for file in files.values():
            file.write_text("")
        script = self.temporary / "_step.sh"
        script.write_text(filled(step["run"], context))
        own = {name: filled(text, context) for name, text in step.get("env", {}).items()}
        given = {"GITHUB_ACTION_PATH": ROOT, "GITHUB_WORKSPACE": self.workspace, "RUNNER_TEMP": self.temporary, **files}
        environment = {**os.environ, **self.environment, **own, **{name: str(path) for name, path in given.items()}}
        ran = subprocess.run(
            [*BASH, script], cwd=self.workspace, env=environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        done.code = ran.returncode
        done.log += ran.stdout.decode(errors="replace")
        done.summary += files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
        lines = files["GITHUB_OUTPUT"].read_text(encoding="utf-8").split("\n")[:-1]
        return dict(line.split("=", 1) for line in lines)
