"""Drop every Linux capability that a service does not need.

Docker grants fourteen capabilities to every container, among them to change the owner of any file, to become any user
and to open raw sockets. A process that runs as a non-root user has none of them in force, so nothing is lost; one that
starts as root and steps down needs a few, which the image's profile names: they come back as `cap_add`. So do those
that a justified exception grants, with a comment that names its decision record; what is needed and had one that
expired waits for a person.

What may break: a process that needs a capability fails with EPERM ("Operation not permitted") until that is listed
under `cap_add`. Check with `grep Cap /proc/1/status` in the container.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile

from hardener.model.capabilities import plain
from hardener.model.compose.composefile import ComposeFile
from hardener.model.compose.service import Service
from hardener.model.evidence import Control, Verdict, decide
from hardener.model.exceptions import renewal
from hardener.model.finding import Finding, Key, Safety
from hardener.model.foreignowners import files_of_others
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Include
from hardener.text.yamlcursor import Cursor

RULE = Rule(
    title="drop all capabilities",
    level="baseline",
    caveat="a process that needs a capability fails with EPERM until it is listed under cap_add",
)
_NO_PRIVILEGED, _NO_ADDED = "compose-no-privileged", "compose-no-added-capabilities"
_WORDS = {_NO_PRIVILEGED: "`privileged: true`", _NO_ADDED: "`cap_add: ALL`"}


def check(project: Project, document: ComposeFile) -> Iterator[Finding]:
    for service in document.services_for():
        if "ALL" in _capabilities(service.items("cap_drop")):
            continue
        givers = list(_givers(service))
        held = service.decided_elsewhere("cap_drop") or _stays(project, givers)
        if held:
            yield service.finding("keeps every capability", verdict=Verdict(Safety.HELD, held))
            continue
        program = project.privileged_program(service)
        added, granted = _capabilities(service.items("cap_add")), project.granted(service)
        comments = dict.fromkeys(program.needed, "") | {name: one.comment for name, one in granted.items()}
        others = files_of_others(service, project.reader)
        missing = [name for name in program.needed if name not in added]
        yield service.finding(
            "keeps Docker's default capabilities",
            Include(service.path("cap_drop"), "ALL"),
            *(Include(service.path("cap_add"), n, comment=text) for n, text in comments.items() if n not in added),
            verdict=renewal(missing, project.lapsed(service), program.source)
            or decide(program.situation(Control.CAPABILITIES, others=others)),
            requires=(*program.requires, *(Key(rule, part.document.file, part.subject) for rule, part in givers)),
        )


def _givers(service: Service) -> Iterator[tuple[str, Service]]:
    """Yield each part of a service that gives every capability back, with the rule that takes that away."""
    if service.privileged:
        said = takewhile(lambda said: said[0].switched(said[1]) is not False, service.said("privileged"))
        yield from ((_NO_PRIVILEGED, part) for part, _ in said)
    parts = (part for part, _ in service.said("cap_add"))
    yield from ((_NO_ADDED, part) for part in parts if "ALL" in _capabilities(part.own_items("cap_add")))


def _stays(project: Project, givers: Iterable[tuple[str, Service]]) -> str:
    """Return why dropping capabilities would be of no effect, whatever else this run does; empty where it has one."""
    for rule, part in givers:
        of_the_run = any(part.document is document for document in project.documents)
        if not (of_the_run and project.selects(rule, part)):
            where = "" if of_the_run else f" in {part.place}"
            return f"{_WORDS[rule]} gives every capability back: decide about that first{where}"
    return ""


def _capabilities(items: Iterable[Cursor]) -> set[str]:
    return {plain(item.text or "") for item in items}
