"""Who a file says that an image runs as: a Dockerfile's USER, a Compose `user`, a Kubernetes runAsUser."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hardener.model.compose.composefile import numeric_user
from hardener.model.compose.service import Service
from hardener.model.evidence import Start
from hardener.model.kubernetes.fields import number
from hardener.model.kubernetes.workload import Container
from hardener.model.program import PROFILED, Program
from hardener.model.settings import User

if TYPE_CHECKING:
    pass

_IDS = re.compile(r"(?P<uid>\d+)(?::(?P<gid>\d+))?")


@dataclass(frozen=True, slots=True)
class Declared:
    """A user by number, and where it is named; root is a finding of its own, and never one here."""

    uid: int
    gid: int | None
    """None where only the user is named."""
    words: str
    """Where it is named: `service web in compose.yaml runs as 1000:1000`."""
    span: tuple[int, int] | None = None

    @property
    def user(self) -> User | None:
        """Both ids; None where the group is not named."""
        return None if self.gid is None else User(self.uid, self.gid)

    def agrees(self, other: Declared) -> bool:
        """Whether both name the same user, and the same group as far as both name one."""
        return self.uid == other.uid and (None in {self.gid, other.gid} or self.gid == other.gid)


def of_service(service: Service) -> Declared | None:
    """Return what stands under `user`; None for names, variables and root."""
    text = service.text("user")
    found = _IDS.fullmatch(text) if text else None
    if found is None or int(found["uid"]) == 0:
        return None
    gid = None if found["gid"] is None else int(found["gid"])
    return Declared(int(found["uid"]), gid, f"{service.place} runs as {found[0]}", service.span("user"))


def of_services(services: Iterable[Service]) -> Iterator[Declared]:
    """Yield what each of the services says, where it says something."""
    for service in services:
        declared = of_service(service)
        if declared is not None:
            yield declared


def of_container(container: Container, image: Declared | None = None) -> Declared | None:
    """Return what stands under runAsUser and runAsGroup; None where that is nothing, or root.

    A group alone goes with the user of the `image`.
    """
    gid = number(container.effective("runAsGroup"))
    value = container.effective("runAsUser") or container.effective("runAsGroup")
    uid = container.user_id if container.effective("runAsUser") is not None or not image else image.uid
    if not uid or value is None:
        return None
    span = (value.key_start, value.end)
    ids = f"{uid}" if gid is None else f"{uid}:{gid}"
    return Declared(uid, gid, f"{container.subject} in {container.document.file} runs as {ids}", span)


def of_image(program: Program, *, unsafe_fixes: bool) -> Declared | None:
    """Return who an image of this project or of its configuration runs as after this run; None where none says it.

    A profile's user is what its image starts as when nobody says otherwise, and a manifest may well say otherwise.
    """
    known = program.in_force(unsafe_fixes=unsafe_fixes)
    if known.start is not Start.NON_ROOT or known.user is None or known.source.startswith(PROFILED):
        return None
    return Declared(known.user.uid, known.user.gid, known.source)


def under_user(program: Program, word: str | None) -> Program:
    """Return the program as it runs under a manifest's own `user`."""
    if word is None:
        return replace(program, start=Start.UNKNOWN, user=None, capabilities=None, unknown="a variable hides the user")
    ids = numeric_user(word)
    if ids is not None and ids.uid != 0:
        return program.started_as(ids)
    if word.partition(":")[0] in ("0", "root"):
        return program if program.start is Start.ROOT else program.started_as_root()
    return program.started_as(None)
