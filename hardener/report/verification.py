"""What `harden verify` saw: a table for people, JSON, JUnit and Markdown for programs.

The JSON is one object, in ASCII, as templates/schemas/verification.json has it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from hardener.model.capabilities import shown
from hardener.report.lines import Line, Role, line
from hardener.report.tables import cell, columns
from hardener.report.testsuites import Case, document
from hardener.runtime.processes import Process
from hardener.runtime.verification import Check, Seen, Status, checks, name_of

VERSION = 1

_ROLES = {Status.PASSED: Role.GOOD, Status.FAILED: Role.BAD, Status.UNKNOWN: Role.CARE, Status.JUSTIFIED: Role.ASIDE}
_HEAD = ("PROCESS", "PID", "USER", "NO-NEW-PRIVS", "SECCOMP", "CAPABILITIES")


def table(found: Sequence[Seen], *, verbose: bool) -> Iterator[Line]:
    """Yield each container with its processes and the checks that did not pass; all of them if `verbose`."""
    for seen in found:
        yield line((Role.PLACE, name_of(seen)), (Role.ASIDE, "" if seen.alone else f"  {seen.container.image}"))
        yield from columns([_HEAD, *map(_row, seen.processes)], detail=True)
        for check in checks(seen):
            if verbose or check.status is not Status.PASSED:
                words = ((_ROLES[check.status], check.status.upper()), (Role.PLAIN, " "), (Role.RULE, check.rule))
                yield Line((*words, (Role.PLAIN, f": {check.message}")), detail=True)
        for label, text in _facts(seen):
            yield Line(((Role.ASIDE, f"{label}: "), (Role.PLAIN, text)), detail=True)
    yield _summary(found)


def as_json(found: Sequence[Seen]) -> str:
    """Return the object that the published schema describes, and a newline."""
    count = _count(found)
    data = {
        "version": VERSION,
        "summary": {"containers": len(found), **{status.value: count[status] for status in Status}},
        "containers": [_container(seen) for seen in found],
    }
    return json.dumps(data, indent=2) + "\n"


def junit(found: Sequence[Seen]) -> str:
    """Return JUnit's XML: a suite for each container, a case for each check; unknown ones are errors."""
    return document("harden verify", [(name_of(seen), [_case(check) for check in checks(seen)]) for seen in found])


def markdown(found: Sequence[Seen]) -> str:
    """Return a table of processes and a list of what did not pass, for a job's summary or a comment."""
    lines = ["| Container | Process | User | Capabilities | No new privileges | Seccomp |", "|---|---|---|---|---|---|"]
    for seen in found:
        for process in seen.processes:
            user, privileges = f"{process.uid}:{process.gid}", _yes(process.no_new_privileges)
            cells = (name_of(seen), process.name, user, shown(process.effective), privileges, process.seccomp)
            lines.append(f"| {' | '.join(map(cell, cells))} |")
    lines.append("")
    for seen in found:
        for check in checks(seen):
            if check.status is not Status.PASSED:
                words = f"{name_of(seen)}: {check.message}"
                lines.append(f"- **{check.status.value}** `{check.rule}` {cell(words)}")
    return "\n".join(lines).rstrip() + "\n\n" + "".join(text for _, text in _summary(found).words) + "\n"


def _row(process: Process) -> tuple[str, ...]:
    return (
        process.name,
        str(process.pid),
        f"{process.uid}:{process.gid}",
        _yes(process.no_new_privileges),
        process.seccomp,
        _capabilities(process),
    )


def _capabilities(process: Process) -> str:
    """Return the effective capabilities, and of the other sets what they have besides."""
    rest = {
        "permitted": process.permitted,
        "inheritable": process.inheritable,
        "ambient": process.ambient,
        "bounding": process.bounding,
    }
    more = [f"{name} {shown(held)}" for name, held in rest.items() if set(held) - set(process.effective)]
    return "; ".join([shown(process.effective), *more])


def _facts(seen: Seen) -> Iterator[tuple[str, str]]:
    """Yield what no check is about."""
    files, limits = seen.files, seen.container.limits
    if groups := dict.fromkeys(filter(None, map(_more_groups, seen.processes))):
        yield "supplementary groups", "; ".join(groups)
    if files and files.capabilities:
        yield "file capabilities", ", ".join(f"{path} ({' '.join(names)})" for path, names in files.capabilities)
    if files and files.switches:
        yield "become another user", ", ".join(files.switches)
    if seen.alone:
        return
    known = {"memory": limits.memory and f"{limits.memory} bytes", "cpus": limits.cpus, "processes": limits.processes}
    set_ones = [f"{name} {value}" for name, value in known.items() if value]
    yield "limits", ", ".join(set_ones) or "none"


def _more_groups(process: Process) -> str:
    """Return a process that is not root with its groups besides the one shown; empty without any."""
    more = ", ".join(str(group) for group in process.groups if group != process.gid)
    return f"{process.name} {more}" if process.uid and more else ""


def _summary(found: Sequence[Seen]) -> Line:
    count = _count(found)
    words = [(Role.PLAIN, f"{len(found)} container{'' if len(found) == 1 else 's'}: ")]
    counted = [(_ROLES[status], f"{count[status]} {status.value}") for status in Status if count[status]]
    for number, word in enumerate(counted):
        words += [(Role.ASIDE, " · ")] if number else []
        words.append(word)
    return Line(tuple(words))


def _count(found: Sequence[Seen]) -> Counter[Status]:
    return Counter(check.status for seen in found for check in checks(seen))


def _container(seen: Seen) -> dict[str, Any]:
    container = seen.container
    named = {key: getattr(container, key) for key in ("name", "id", "image", "image_id", "project", "service", "user")}
    return {
        **named,
        "read_only": container.read_only,
        "privileged": container.privileged,
        "host_namespaces": container.host_namespaces,
        "mounts": [asdict(mount) for mount in container.mounts],
        "limits": asdict(container.limits),
        "processes": [asdict(process) for process in seen.processes],
        "files": asdict(seen.files) | {"capabilities": dict(seen.files.capabilities)} if seen.files else None,
        "checks": [asdict(check) for check in checks(seen)],
    }


def _case(check: Check) -> Case:
    if check.status is Status.PASSED:
        return Case(check.rule)
    if check.status is Status.JUSTIFIED:
        return Case(check.rule, "skipped", check.message)
    return Case(check.rule, "failure" if check.status is Status.FAILED else "error", check.message)


def _yes(value: bool) -> str:
    return "yes" if value else "no"
