"""Make the container's root file system read-only, with a place for what must be written.

Whoever gets a program to write files cannot replace the program itself, drop tools beside it or change its
configuration. Temporary files go to a `tmpfs`, which is memory of a limited size, without setuid, devices or execution;
data stays in the volumes that are mounted already, and never goes to a tmpfs.

Where the program writes is known from an image profile or the configuration. Where it is not, the fix is unsafe: it
gives /tmp and what the Dockerfile visibly prepares at run-time places.

What may break: a program that writes anywhere else fails with EROFS ("Read-only file system"), sometimes silently.
Find such places with `docker diff CONTAINER` before the change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hardener.model.compose.composefile import ComposeFile
from hardener.model.compose.service import Service
from hardener.model.compose.stack import left_out
from hardener.model.compose.visiblewrites import written_by_command
from hardener.model.evidence import Control, Verdict, decide
from hardener.model.finding import Finding, Safety
from hardener.model.images.profiles import Writable
from hardener.model.program import TMP, Program
from hardener.model.project import Project
from hardener.model.scratch import limits, tmpfs
from hardener.model.servicefacts import shown_of
from hardener.rules import Rule
from hardener.text.changes import Include, Put

RULE = Rule(
    title="make the root file system read-only",
    level="baseline",
    caveat="a program that writes outside its volumes and tmpfs fails with EROFS; `docker diff` shows where it writes",
)


def check(project: Project, document: ComposeFile) -> Iterator[Finding]:
    for service in document.services_for("read_only"):
        if service.is_on("read_only"):
            continue
        value = service.own("read_only")
        program = project.service_program(service)
        opposite = f"read_only: {value.text}" if value is not None else ""
        span = service.span("read_only")
        situation = program.situation(
            Control.READ_ONLY, opposite=opposite, reasoned=document.has_comment_beside(span[1])
        )
        uncovered = [place for place in _places(program) if not any(m.covers(place.path) for m in service.mounts)]
        added = {
            place.path: tmpfs(program, place.path, image=service.image or "")
            for place in uncovered
            if place.kind != "data"
        }
        reason = _undecided(service) or _without_tmpfs(service, added) or _hindrance(program, uncovered)
        facts = shown_of(project, service)
        tried = facts is not None and facts.writable is not None
        if not reason and not tried and (write := written_by_command(service)):
            reason = f"its command writes to its root file system: `{write}`"
        yield service.finding(
            "can write to its own root file system",
            Put(service.path("read_only"), True),
            *(Include(service.path("tmpfs"), text) for text in added.values()),
            verdict=Verdict(Safety.HELD, reason) if reason else decide(situation),
            span=span,
            caveat=_caveat(uncovered, added),
            requires=program.requires,
        )


def _undecided(service: Service) -> str:
    """Return why the switch is not for us to turn; empty where it is."""
    value = service.own("read_only")
    if value is not None and service.switched(value) is None:
        return "a variable decides whether its root file system is read-only"
    return service.decided_elsewhere("read_only")


def _without_tmpfs(service: Service, added: Mapping[str, str]) -> str:
    """Return why no tmpfs can be had; empty where it can, or none is needed."""
    ignored = left_out(service, "tmpfs") if added else ""
    return f"{', '.join(added)} must be writable, and {ignored}" if ignored else ""


def _places(program: Program) -> list[Writable]:
    known = program.writable if program.writable is not None else program.likely
    return [*([] if any(place.path == TMP.path for place in known) else [TMP]), *known]


def _hindrance(program: Program, uncovered: list[Writable]) -> str:
    """Return why no set of tmpfs would do; empty where one does."""
    if program.needs_its_root:
        return program.needs_its_root
    for place in uncovered:
        if place.kind == "data" and not place.volume and (program.writable is not None or program.is_profiled):
            return f"{place.path} holds data and no volume is mounted there"
        if place.kind != "data" and place.path != TMP.path and program.user is None:
            return f"{place.path} must be writable, and the id that it would have to belong to is not known"
        if place.kind != "data" and place.path in program.filled:
            return f"{place.path} must be writable and the image has files there, which a tmpfs would hide"
    return ""


def _caveat(uncovered: list[Writable], added: Mapping[str, str]) -> str:
    """Return what may break: too little room, programs in it, and data that has no place yet."""
    words = [RULE.caveat]
    if added:
        words.append(f"it keeps in memory at most {limits(list(added), tmpfs=True)}")
    if closed := [path for path, text in added.items() if "noexec" in text]:
        words.append(f"programs and libraries that it unpacks to {', '.join(closed)} do not run")
    lost = [place.path for place in uncovered if place.kind == "data" and not place.volume]
    if lost:
        words.append(f"it probably writes to {', '.join(lost)}: mount a volume there")
    return "; ".join(words)
