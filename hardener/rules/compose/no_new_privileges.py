"""Keep processes from gaining privileges that their parent did not have.

With `no-new-privileges` the kernel ignores setuid bits and file capabilities at every exec: a `sudo` or `ping` that
somebody finds in the image makes nobody root. A program that starts as root and steps down with `gosu` or `setpriv` is
not affected, since giving up privileges is always allowed.

What may break: programs that work through a setuid binary or through file capabilities (`sudo`, Vault's
`cap_ipc_lock`). Check with `grep NoNewPrivs /proc/1/status` in the container.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.compose import ComposeFile
from hardener.model.evidence import Control, Start, decide
from hardener.model.finding import Finding
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Include, Replace

RULE = Rule(
    title="forbid new privileges",
    references=(
        "CIS Docker 1.6.0: 5.26 Ensure that the container is restricted from acquiring additional privileges",
        "OWASP Docker Security Cheat Sheet: Rule #4 Prevent in-container privilege escalation",
    ),
    level="baseline",
    caveat="setuid programs (sudo, su, ping) and file capabilities have no effect any more",
)
OPTION = "no-new-privileges:true"


def check(project: Project, document: ComposeFile) -> Iterator[Finding]:
    for service in document.services:
        options = {(item.text or "").replace("=", ":").replace(" ", ""): item for item in service.items("security_opt")}
        if OPTION in options or "no-new-privileges" in options:
            continue
        allowed = options.get("no-new-privileges:false")
        program = project.privileged_program(service)
        if allowed is not None and allowed.text is not None:
            change: Include | Replace = Replace(allowed.path, allowed.text, OPTION)
            opposite, reasoned = allowed.text, document.has_comment_beside(allowed.end)
        else:
            added = ", ".join(item.text or "" for item in service.items("cap_add"))
            # what a user who is not root can use only through file capabilities
            opposite = f"cap_add: {added}" if added and program.start is Start.NON_ROOT else ""
            change, reasoned = Include(service.path("security_opt"), OPTION), False
        yield service.finding(
            "may gain privileges through setuid programs",
            change,
            verdict=decide(program.situation(Control.NO_NEW_PRIVILEGES, opposite=opposite, reasoned=reasoned)),
            span=(allowed.start, allowed.end) if allowed is not None else None,
            requires=program.requires,
        )
