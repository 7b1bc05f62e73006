"""What an image keeps in root's home, where another user cannot look: the home has mode 700."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from hardener.model.dockerfile.steps import Step, steps
from hardener.model.places import is_root_home, resolve

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Stage

_IN_HOME = re.compile(r"(?:^|[=:@,\s])(?:/root|~|\$HOME|\$\{HOME\})(?=/|$)")
_IN_ROOTS = re.compile(r"(?:^|[=:@,\s])/root(?=/|$)")

_REMOVERS = frozenset({"rm", "rmdir"})
_LOOKERS = frozenset({"cd", "pushd", "popd", "ls", "du", "cat", "test", "[", "find", "echo", "printf", "chmod"})
"""Commands that put nothing there."""

_KEEPERS = (
    (re.compile(r"\bpip3?\b.* install\b.* --user\b"), "PYTHONUSERBASE"),
    (re.compile(r"^pipx install\b"), "PIPX_HOME"),
    (re.compile(r"^uv python install\b"), "UV_PYTHON_INSTALL_DIR"),
    (re.compile(r"^uv tool install\b"), "UV_TOOL_DIR"),
    (re.compile(r"\bplaywright install\b(?!-deps)"), "PLAYWRIGHT_BROWSERS_PATH"),
    (re.compile(r"\bpuppeteer browsers install\b"), "PUPPETEER_CACHE_DIR"),
    (re.compile(r"\bnltk\.download(?:er)?\b"), "NLTK_DATA"),
    (re.compile(r"\b(?:from_pretrained|snapshot_download|SentenceTransformer)\("), "HF_HOME"),
    (re.compile(r"^(?:hf|huggingface-cli) download\b"), "HF_HOME"),
    (re.compile(r"\bwhisper\.load_model\("), "XDG_CACHE_HOME"),
    (re.compile(r"\btorch\.hub\.load\("), "TORCH_HOME"),
    (re.compile(r"^composer global require\b"), "COMPOSER_HOME"),
    (re.compile(r"^dotnet tool install\b.* (?:-g|--global)\b"), "DOTNET_CLI_HOME"),
    (re.compile(r"^corepack (?:prepare|install|use|pack|up)\b"), "COREPACK_HOME"),
)  # fmt: skip
"""Commands that keep what they fetch in the home of whoever runs them, unless the variable says where."""


def kept_in_root_home(stage: Stage) -> str:
    """Return where the image keeps what its program may need in root's home; empty where it does not."""
    return next(_kept(stage), "")


def corepack_line(stage: Stage) -> int | None:
    """Return the line that leaves yarn or pnpm to corepack, which keeps what it fetches in root's home."""
    for step in steps(stage):
        environment = step.run.stage.scope_at(step.run.instruction).variables
        if step.command.name == "corepack" and step.is_root and "COREPACK_HOME" not in environment:
            return step.run.instruction.line
    return None


def _kept(stage: Stage) -> Iterator[str]:
    if stage.end_scope.workdir and is_root_home(stage.end_scope.workdir):
        yield f"its working directory is {stage.end_scope.workdir}, which only root may enter"
    for home in stage.chain:
        for copy in home.copies:
            if copy.destination and is_root_home(copy.destination):
                yield f"line {copy.instruction.line} copies to {copy.destination}, where only root may look"
        for volume in (found for found in home.instructions if found.keyword == "VOLUME"):
            paths = (resolve(word.text, "/") for word in volume.words())
            yield from (
                f"line {volume.line} declares {path}, where only root may look"
                for path in paths
                if path and is_root_home(path)
            )
    for name, value in stage.end_scope.variables.items():
        if stage.end_scope.is_environment(name) and any(is_root_home(part) for part in value.split(":")):
            yield f"{name} names {value}, where only root may look"
    yield from _made(stage)


def _made(stage: Stage) -> Iterator[str]:
    """Yield what RUNs put into root's home and leave there."""
    made = [step for step in steps(stage) if step.is_root]
    removed = {word.rstrip("/*") for step in made if step.command.name in _REMOVERS for word in step.command.arguments}
    for step in made:
        shown = _shown(step, removed)
        if shown:
            line = step.run.instruction.line
            yield f"line {line} keeps in root's home what it makes (`{shown}`), where another user cannot look"


def _shown(step: Step, removed: set[str]) -> str:
    command = step.command
    if command.name in _REMOVERS:
        return ""
    text = " ".join((command.name, *command.arguments))
    environment = step.run.stage.scope_at(step.run.instruction).variables
    if any(keeper.search(text) and variable not in environment for keeper, variable in _KEEPERS):
        return text if len(text) <= 60 else f"{text[:60]}…"
    pattern = _IN_ROOTS if environment.get("HOME", "/root") != "/root" else _IN_HOME
    words = (*(() if command.name in _LOOKERS else command.arguments), *command.redirected)
    for word in words:
        if pattern.search(word) and not any(word == gone or word.startswith(f"{gone}/") for gone in removed):
            return f"{command.name} {word}"
    return ""
