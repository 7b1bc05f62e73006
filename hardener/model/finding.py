"""A finding: what is wrong where, what should hold instead, and how sure we are."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple, TypeAlias

from hardener.model.dockerfile.slots import Fill
from hardener.text.changes import YamlChange
from hardener.text.instructions import DockerfileChange

Change: TypeAlias = YamlChange | DockerfileChange | Fill


class Safety(StrEnum):
    """Whether a fix may be applied without asking (see `hardener.model.evidence`)."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    HELD = "held"


class Key(NamedTuple):
    """Names one finding of a run: a rule speaks once about a subject of a file."""

    rule: str
    file: str
    subject: str


class Finding(NamedTuple):
    """One rule's word on one subject of one file, with the changes that would settle it."""

    rule: str
    file: str
    """The path as the user sees it, with forward slashes."""
    subject: str
    """What it is about: `service web`, `stage runtime`, `container app of Deployment/web`."""
    message: str
    start: int
    """Offset of the first character that it speaks about, in characters of the decoded text."""
    end: int
    line: int
    """Counted from 1."""
    column: int
    """Counted from 1, in characters."""
    subject_line: int
    """Where its subject begins, counted from 1."""
    safety: Safety
    changes: tuple[Change, ...] = ()
    reason: str = ""
    """Why it is unsafe or held; empty where it is safe."""
    evidence: tuple[str, ...] = ()
    """Where the knowledge behind the fix comes from."""
    caveat: str | None = None
    """What may break, and how to tell; None where a rule leaves that to what it says of itself."""
    requires: tuple[Key, ...] = ()
    """Findings that must be fixed in the same run."""

    @property
    def key(self) -> Key:
        """The name by which other findings require this one."""
        return Key(self.rule, self.file, self.subject)
