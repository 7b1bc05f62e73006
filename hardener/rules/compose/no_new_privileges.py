"""Keep processes from gaining privileges that their parent did not have.

With `no-new-privileges` the kernel ignores setuid bits and file capabilities at every exec: a `sudo` or `ping` that
somebody finds in the image makes nobody root. A program that starts as root and steps down with `gosu` or `setpriv` is
not affected, since giving up privileges is always allowed.

What may break: programs that work through a setuid binary or through file capabilities (`sudo`, Vault's
`cap_ipc_lock`). Check with `grep NoNewPrivs /proc/1/status` in the container.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.capabilities import plain
from hardener.model.compose.composefile import ComposeFile
from hardener.model.compose.stack import left_out
from hardener.model.evidence import Control, Start, Verdict, decide
from hardener.model.finding import Finding, Safety
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Include, Replace
from hardener.text.yamlcursor import Cursor

RULE = Rule(
    title="forbid new privileges",
    level="baseline",
    caveat="setuid programs (sudo, su, ping) and file capabilities have no effect any more",
)
OPTION = "no-new-privileges:true"


def check(project: Project, document: ComposeFile) -> Iterator[Finding]:
    for service in document.services_for():
        if service.forbids_new_privileges:
            continue
        allowed = _allowed(service.own_items("security_opt"))
        program = project.privileged_program(service)
        if allowed is not None and allowed.text is not None:
            change: Include | Replace = Replace(allowed.path, allowed.text, OPTION)
            opposite, reasoned = allowed.text, document.has_comment_beside(allowed.end)
        else:
            there = [plain(item.text or "") for item in service.items("cap_add")]
            drops_all = any(plain(item.text or "") == "ALL" for item in service.items("cap_drop"))
            granted = () if drops_all else project.granted(service)  # added where all are dropped by us
            added = ", ".join(dict.fromkeys([*there, *granted]))
            # what a user who is not root can use only through file capabilities
            opposite = f"cap_add: {added}" if added and program.start is Start.NON_ROOT else ""
            change, reasoned = Include(service.path("security_opt"), OPTION), False
        held = left_out(service, "security_opt") or service.decided_elsewhere("security_opt")
        if allowed is None and _allowed(service.items("security_opt")):
            held = "`no-new-privileges:false` comes from another place that Compose puts together with it"
        situation = program.situation(Control.NO_NEW_PRIVILEGES, opposite=opposite, reasoned=reasoned)
        yield service.finding(
            "may gain privileges through setuid programs",
            change,
            verdict=Verdict(Safety.HELD, held) if held else decide(situation),
            span=(allowed.start, allowed.end) if allowed is not None else None,
            requires=program.requires,
        )


def _allowed(options: list[Cursor]) -> Cursor | None:
    """Return the option that explicitly allows them."""
    plain = ((item, (item.text or "").replace("=", ":").replace(" ", "")) for item in options)
    return next((item for item, text in plain if text == "no-new-privileges:false"), None)
