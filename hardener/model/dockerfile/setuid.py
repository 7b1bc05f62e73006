"""Programs that run with the rights of their owner or group: what strips these bits, what sets them, who needs them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from hardener.model.dockerfile.packages import installed
from hardener.model.dockerfile.slots import Slot, place_of
from hardener.model.dockerfile.stages import Run, Stage
from hardener.model.evidence import Verdict
from hardener.model.finding import Safety
from hardener.model.startup.entry import ReadNoRoot, commands_of, in_force, read_start_up
from hardener.model.startup.privileges import base_name, behind_wrapper
from hardener.model.startup.scripts import Script, find_script
from hardener.model.startup.shell import SHELLS, Command, script_commands, substituted

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Dockerfile
    from hardener.model.project import Project

STRIP = "find / -xdev -type f -perm /6000 -exec chmod a-s {} +"
"""For GNU find as for BusyBox' (tried with 1.35); -xdev leaves /proc and what the builder mounts alone."""

_WITH_FIND = frozenset({"alpine", "busybox", "debian", "ubuntu", "wolfi"})
"""Distributions whose images have find: an essential package of Debian's, an applet of BusyBox; RHEL's may lack it."""

_HELPERS = frozenset(
    """
    at chage chfn chsh crontab doas expiry fping fusermount fusermount3 gpasswd mount mtr newgidmap newgrp newuidmap
    passwd ping ping6 pkexec pppd screen su sudo suexec traceroute traceroute6 umount wall
    """.split()  # noqa: SIM905 - a table of words
)
"""Programs that distributions install with these bits, and that do less or nothing without."""

_PACKAGES = frozenset(
    """
    at chromium chromium-browser cron doas fping fuse fuse3 google-chrome-beta google-chrome-stable iputils iputils-ping
    inetutils-ping mtr mtr-tiny policykit-1 polkit polkitd ppp screen shadow-uidmap sudo traceroute uidmap
    """.split()  # noqa: SIM905 - a table of words
)
"""Packages that bring such a program for a program to call; browsers' sandbox is one."""

_OCTAL = re.compile(r"[0-7]*([2-7])[0-7]{3}")
_SETTING = re.compile(r"[ugoa]*[+=][rwxXt]*s[rwxXst]*")
_DEEPEST = 5


def strips(run: Run) -> bool:
    """Whether a RUN takes both bits from all files that have one, or removes such files."""
    commands = list(_in_shells(run.commands))
    if not {"chmod", "rm", "-delete"} & {word.unquoted for command in commands for word in command.words}:
        return False
    bits = {bit for command in commands if command.name == "find" for bit in _searched(command)}
    return bits == {"u", "g"}


def sets(run: Run) -> str:
    """Return the chmod or install of a RUN that sets one of the bits; empty where none does."""
    for command in _in_shells(run.commands):
        if command.name not in ("chmod", "install"):
            continue
        modes = [word.removeprefix("-m").removeprefix("--mode=") for word in command.arguments]
        if any(_OCTAL.fullmatch(mode) or _SETTING.fullmatch(mode) for mode in modes):
            return " ".join(word.text for word in command.words)
    return ""


def brings(run: Run) -> tuple[str, ...]:
    """Return the packages of a RUN whose programs need one of the bits."""
    return tuple(package.name for package in installed(run) if package.name in _PACKAGES)


def stripped(stage: Stage) -> bool:
    """Whether the file strips the bits, and no later RUN installs packages or sets one."""
    clean = False
    for run in stage.runs():
        clean = strips(run) or (clean and not sets(run) and not any(installed(run)))
    return clean


def hindrance(stage: Stage) -> str:
    """Return why the bits cannot be found in the image, or must stay; empty for neither."""
    image = stage.image
    if image is not None and image.shell is False:
        return f"{stage.chain[0].written_base} has no shell: strip the bits where its files come from"
    if not _has_find(stage):
        return f"whether {stage.chain[0].written_base} has `find` is not known: install findutils, then `{STRIP}`"
    if image is not None and image.setuid and not image.base:
        return f"the start-up of {image.name} depends on a setuid program"
    return ""


def behind(stage: Stage) -> str:
    """Return what sets bits, or may bring some, behind the last place where they can be stripped; empty for nothing."""
    place = place_of(stage, Slot.SETUID)
    for run in (run for run in stage.own_runs if run.instruction.index >= place):
        line = run.instruction.line
        if package := next(installed(run), None):
            return f"line {line} installs {package.name} behind the last step that is root"
        if command := sets(run):
            return f"`{command}` (line {line}) sets one behind the last step that is root"
    return ""


def need(project: Project, dockerfile: Dockerfile, stage: Stage, *, dropped: tuple[str, ...] = ()) -> Verdict:
    """Return whether anybody needs the bits, without the packages that are dropped."""
    for run in stage.runs():
        if command := sets(run):
            return Verdict(Safety.UNSAFE, f"`{command}` (line {run.instruction.line}) sets one: a person's decision")
        if package := next((name for name in brings(run) if name not in dropped), None):
            line = run.instruction.line
            return Verdict(
                Safety.UNSAFE, f"line {line} installs {package}, which needs such a bit where it is not root"
            )
    if helper := _used(project, dockerfile, stage):
        return Verdict(Safety.UNSAFE, f"its start-up calls `{helper}`, which needs such a bit where it is not root")
    start_up = read_start_up(project, dockerfile, stage)
    if isinstance(start_up, ReadNoRoot):
        return Verdict(Safety.SAFE, evidence=(f"{start_up.evidence}; it calls no setuid program",))
    return Verdict(Safety.UNSAFE, f"whether it calls a setuid program is not known: {start_up.reason}")


def _has_find(stage: Stage) -> bool:
    """Whether the image is known to have a find: by its distribution, or since the file installs or calls it."""
    image = stage.image
    if image is not None and image.distribution in _WITH_FIND:
        return True
    return any(
        command.name == "find" or any(package.name == "findutils" for package in installed(run))
        for run in stage.runs()
        for command in run.commands
    )


def _used(project: Project, dockerfile: Dockerfile, stage: Stage) -> str:
    """Return the program with such a bit that the start-up of an image calls; empty where none is seen."""
    parts = [part[1] for part in in_force(stage) if part is not None]
    checks = [found for home in stage.chain for found in home.instructions if found.keyword == "HEALTHCHECK"]
    commands = [command for found in parts for command in commands_of(found)]
    commands += [command for found in checks for command in script_commands(found.value.partition("CMD")[2])]
    return next(_helpers(project, dockerfile, stage, commands, 0), "")


def _helpers(
    project: Project, dockerfile: Dockerfile, stage: Stage, commands: list[Command], depth: int
) -> Iterator[str]:
    for command in commands if depth < _DEEPEST else ():
        for written in command.words:
            yield from _helpers(project, dockerfile, stage, list(substituted(written)), depth + 1)
        words = behind_wrapper([word.unquoted for word in command.words])
        if words and (name := base_name(words[0])) in _HELPERS:
            yield name
        for word in words:
            if " " in word and base_name(words[0]) in SHELLS:
                yield from _helpers(project, dockerfile, stage, script_commands(word), depth + 1)
            elif " " not in word and (script := _script(project, dockerfile, stage, word)):
                yield from _helpers(project, dockerfile, stage, script_commands(script), depth + 1)


def _script(project: Project, dockerfile: Dockerfile, stage: Stage, word: str) -> str:
    if "/" not in word and not word.endswith(".sh"):
        return ""
    found = find_script(project, dockerfile, stage, word)
    return found.text if isinstance(found, Script) and found.is_shell else ""


def _in_shells(commands: Iterable[Command]) -> Iterator[Command]:
    """Yield commands, and behind a shell those that it is given."""
    for command in commands:
        yield command
        for word in command.words[1:] if command.name in SHELLS else ():
            if " " in word.unquoted:
                yield from script_commands(word.unquoted)


def _searched(command: Command) -> Iterator[str]:
    """Yield `u` and `g` for the bits by which a find selects; `-6000` selects only files with both."""
    arguments = command.arguments
    for option, mode in pairwise(arguments):
        if option != "-perm":
            continue
        if (match := _OCTAL.fullmatch(mode.lstrip("/+-"))) is not None:
            bits = int(match[1])
            both = bits >= 6 and not mode.startswith(("/", "+"))
            yield from () if both else (name for name, bit in (("u", 4), ("g", 2)) if bits & bit)
        else:
            yield from (who for part in mode.lstrip("/-").split(",") if "s" in part for who in part if who in "ug")
