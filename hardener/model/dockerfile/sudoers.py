"""Where a Dockerfile installs sudo, configures it and calls it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from hardener.model.dockerfile.nonroot import images_of
from hardener.model.dockerfile.packages import Installed, installed
from hardener.model.dockerfile.stages import Run, Stage
from hardener.model.evidence import Verdict
from hardener.model.finding import Safety
from hardener.model.startup.entry import ReadNoRoot, read_start_up
from hardener.model.startup.scripts import Script, find_script

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Dockerfile
    from hardener.model.project import Project
    from hardener.text.instructions import Instruction

NO_SUDO = "dockerfile-no-sudo"

_SUDO = re.compile(r"(?<![\w.-])(?:sudo|sudoers|sudoedit|visudo)(?![\w-])")
_RIGHTS = re.compile(r"\bNOPASSWD\b|\bALL\s*=\s*\(?\s*ALL\b")


class Package(NamedTuple):
    """A word of a RUN that installs sudo."""

    run: Run
    installed: Installed


def packages(stage: Stage) -> tuple[Package, ...]:
    """Return the words of a stage's own RUNs that install sudo."""
    return tuple(
        Package(run, package) for run in stage.own_runs for package in installed(run) if package.name == "sudo"
    )


def rights(stage: Stage) -> Instruction | None:
    """Return the first instruction of a stage that writes rights for sudo; None where none does."""
    for instruction in stage.instructions:
        text = "\n".join([instruction.value, *(heredoc.body for heredoc in instruction.heredocs)])
        if instruction.keyword in ("RUN", "COPY", "ADD") and _RIGHTS.search(text) and "sudo" in text:
            return instruction
    return None


def verdict(project: Project, dockerfile: Dockerfile, found: tuple[Package, ...]) -> Verdict:
    """Return whether the sudo that a stage installs may go: nothing may use it."""
    stage = found[0].run.stage
    images = [image for image in images_of(project, dockerfile) if stage in image.chain]
    for package in found:
        line = package.run.instruction.line
        if package.run.instruction.json is not None:
            return Verdict(Safety.HELD, f"line {line} installs it in exec form: remove the word by hand")
        if package.installed.is_only:
            return Verdict(Safety.HELD, f"the command of line {line} installs nothing else: remove the command")
    if line := _mention(dockerfile, found):
        return Verdict(Safety.HELD, f"line {line} uses sudo: let root do that in the build, then remove sudo")
    for name in _calling_scripts(project, dockerfile, stage):
        return Verdict(Safety.HELD, f"{name} uses sudo: let root do that in the build, then remove sudo")
    return _start_up(project, dockerfile, images)


def _start_up(project: Project, dockerfile: Dockerfile, images: Iterable[Stage]) -> Verdict:
    for image in images:
        start_up = read_start_up(project, dockerfile, image)
        if not isinstance(start_up, ReadNoRoot):
            return Verdict(Safety.UNSAFE, f"whether its start-up calls sudo is not known: {start_up.reason}")
    return Verdict(Safety.SAFE, evidence=("nothing in the file, nor in the start-up that was read, calls sudo",))


def _mention(dockerfile: Dockerfile, found: tuple[Package, ...]) -> int:
    """Return the line of the first mention of sudo that is not one of the words which install it; 0 without one."""
    words = {package.installed.word.start for package in found}
    for stage in dockerfile.stages:
        words |= {package.installed.word.start for package in packages(stage)}
    for instruction in dockerfile.tree.instructions:
        for match in _SUDO.finditer(instruction.value):
            if instruction.offset(match.start()) not in words:
                return dockerfile.position(instruction.offset(match.start()))[0]
        for heredoc in instruction.heredocs:
            for match in _SUDO.finditer(heredoc.body):
                if heredoc.start + match.start() not in words:
                    return dockerfile.position(heredoc.start + match.start())[0]
    return 0


def _calling_scripts(project: Project, dockerfile: Dockerfile, stage: Stage) -> Iterator[str]:
    """Yield the scripts of the build context that a RUN calls and that mention sudo."""
    for run in stage.own_runs:
        for command in run.commands:
            for word in command.words:
                if "/" not in word.text and not word.text.endswith(".sh"):
                    continue
                script = find_script(project, dockerfile, stage, word.unquoted)
                if isinstance(script, Script) and _SUDO.search(script.text):
                    yield script.name
