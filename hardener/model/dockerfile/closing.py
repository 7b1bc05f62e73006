"""What takes the right to write from everybody and leaves it to the one who needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from hardener.model.dockerfile.accounts import accounts_of
from hardener.model.dockerfile.modes import without_others
from hardener.model.dockerfile.openings import Opening, Whose, whose
from hardener.model.dockerfile.ownerchanges import Mention, install_owner, is_recursive, path_words
from hardener.model.dockerfile.steps import Step, steps
from hardener.model.dockerfile.usernames import numeric
from hardener.model.dockerfile.writable import is_writable
from hardener.model.places import is_state
from hardener.text.instructions import Rewrite, SetFlag

if TYPE_CHECKING:
    from hardener.model.dockerfile.prepared import Prepared
    from hardener.model.dockerfile.stages import Copy, Stage
    from hardener.model.settings import User
    from hardener.text.instructions import Word


class Closing(NamedTuple):
    """The changes, or why there are none."""

    changes: tuple[Rewrite | SetFlag, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Closer:
    """Knows an image: its stage, its user, and where its program writes."""

    stage: Stage
    user: User
    places: tuple[Prepared, ...]
    restricted: bool
    """The user may own nothing but these places."""

    def command(self, opening: Opening) -> Closing:
        """Return how a command lets only the user write: as the owner, where the place is the program's."""
        if reason := _unclear(opening):
            return Closing(reason=reason)
        step = opening.step
        kinds = {word: self._whose(step.path(word)) for word in opening.targets}
        if set(kinds.values()) == {Whose.EVERYBODYS} and not is_recursive(step):
            return Closing((_mode(opening, _sticky(opening.mode.unquoted)),))
        for word, kind in kinds.items():
            if kind in (Whose.SYSTEMS, Whose.EVERYBODYS):
                return Closing(reason=f"{word.text} is {kind.value}: say who has to write there, by chown or a group")
            if kind is Whose.HIDDEN:
                return Closing(reason=f"what {word.text} stands for is not known")
        owned = [word for word in opening.targets if kinds[word] is Whose.PROGRAMS]
        return self._given(opening, [word for word in owned if self._may_own(step.path(word))])

    def copy(self, copy: Copy, mode: str) -> Closing:
        """Return how a COPY with a `--chmod` lets only the user write."""
        kind = self._whose(copy.destination)
        if kind in (Whose.SYSTEMS, Whose.HIDDEN, Whose.EVERYBODYS):
            return Closing(reason=f"its destination is {kind.value}: say who has to write there, by --chown or a group")
        index = copy.instruction.index
        closed = SetFlag(index, "chmod", without_others(mode, group=self.user.gid == 0))
        owner = next((flag.value or "" for flag in copy.instruction.flags if flag.name == "chown"), None)
        if kind is Whose.PROGRAMS and owner is not None and _uid(owner, self.stage) != self.user.uid:
            return Closing(reason=f"--chown={owner} gives it to somebody else than the one that runs ({self.user})")
        if owner is not None or kind is not Whose.PROGRAMS or not self._may_own(copy.destination):
            return Closing((closed,))
        return Closing((closed, SetFlag(index, "chown", str(self.user))))

    def _whose(self, path: str | None) -> Whose:
        kind = whose(path, self.stage)
        written = kind is Whose.EXECUTED and any(place.path == path for place in self.places)
        return Whose.PROGRAMS if written else kind

    def _may_own(self, path: str | None) -> bool:
        return path is not None and (not self.restricted or is_state(path) or is_writable(path, self.places))

    def _given(self, opening: Opening, owned: list[Word]) -> Closing:
        step, user = opening.step, self.user
        if not step.is_root:
            scope = step.run.stage.scope_at(step.run.instruction).user
            if owned and (scope is None or _uid(scope.expanded or "", self.stage) != user.uid):
                return Closing(reason=f"`{opening.text}` does not run as root, and cannot give files away")
            owned = []
        needed, shared = [], False
        for word in owned:
            found = _owners(self.stage, step.path(word) or "")
            if any(uid != user.uid for uid in found.users):
                return Closing(reason=f"another command gives {word.text} to somebody else")
            shared = shared or found.group
            if not found.users:
                needed.append(word)
        closed = _mode(opening, without_others(opening.mode.unquoted, group=shared or user.gid == 0))
        owner = str(user.uid) if shared else str(user)
        return Closing((closed, *(_ownership(opening, needed, owner) if needed else ())))


def _unclear(opening: Opening) -> str:
    """Return why the command cannot be changed, whatever it names; empty where it can."""
    command = opening.step.command
    if opening.wrapped or opening.step.run.instruction.json is not None:
        return f"what `{opening.text}` changes is not plain: name the owner with chown, and use 755 there"
    if command.before in ("||", "|", "|&") or command.after in ("|", "|&"):
        return f"what stands around `{opening.text}` decides whether it runs"
    mode = opening.mode
    return "" if mode.end - mode.start == len(mode.text) else "its mode runs over a line end"


class _Owners(NamedTuple):
    """Whom commands give a path to."""

    users: tuple[int | None, ...]
    """None for one whose id is not known."""
    group: bool
    """A command names its group alone."""


def _owners(stage: Stage, path: str) -> _Owners:
    users: list[int | None] = []
    group = False
    for step in steps(stage):
        if step.command.name == "install" and (owner := install_owner(step)) and _names(step, path):
            users.append(_uid(owner, stage))
        if step.command.name not in ("chown", "chgrp") or not _names(step, path):
            continue
        word = next((word.unquoted for word in step.command.words[1:] if not word.text.startswith("-")), "")
        name = word.partition(":")[0] if step.command.name == "chown" else ""
        group = group or not name
        if name:
            users.append(_uid(name, stage))
    return _Owners(tuple(users), group)


def _uid(word: str, stage: Stage) -> int | None:
    ids = numeric(f"{word.partition(':')[0]}:0", stage, accounts_of(stage))
    return ids.uid if ids is not None else None


def _names(step: Step, path: str) -> bool:
    recursive = is_recursive(step)
    return any(Mention(0, step.path(word), "", recursive, opened=False).covers(path) for word in path_words(step))


def _mode(opening: Opening, new: str) -> Rewrite:
    mode = opening.mode
    return Rewrite(opening.step.run.instruction.index, mode.start, mode.end, mode.text, new)


def _sticky(mode: str) -> str:
    return f"1{mode[-3:]}" if mode.isdecimal() else f"{mode},+t"


def _ownership(opening: Opening, words: list[Word], owner: str) -> tuple[Rewrite, ...]:
    """Return what gives the paths away: in front of chmod, behind mkdir, as options of install."""
    command = opening.step.command
    index = opening.step.run.instruction.index
    paths = " ".join(word.text for word in words)
    if command.name == "chmod":
        flag = "-R " if is_recursive(opening.step) else ""
        at = command.words[0].start
        return (Rewrite(index, at, at, "", f"chown {flag}{owner} {paths} && "),)
    if command.name == "mkdir":
        at = command.words[-1].end
        return (Rewrite(index, at, at, "", f" && chown {owner} {paths}"),)
    uid, _, gid = owner.partition(":")
    group = f" -g {gid}" if gid and not any(word.startswith(("-g", "--group")) for word in command.arguments) else ""
    at = opening.mode.end
    return (Rewrite(index, at, at, "", f" -o {uid}{group}"),)
