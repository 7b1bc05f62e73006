"""Whether a running service is confined as its Compose file says, by what the kernel shows of its processes."""

from __future__ import annotations

from typing import Any

from tests.engine.processes import BITS, DOCKERS, mask
from tests.engine.project import Service

REFUSED = "Read-only file system"


def assert_as_written(
    service: Service, declared: dict[str, Any], ids: tuple[str, ...], by_file: tuple[str, ...] = ()
) -> None:
    """Check that a service is confined as docker-compose reads its file, and not more.

    `ids` are those of its processes, without repetition; `by_file` are capabilities that a file of the image gives to
    processes that are not root.
    """
    found = service.processes()
    assert tuple(dict.fromkeys(process.ids for process in found)) == ids
    granted = mask(declared.get("cap_add", ())) | (0 if "ALL" in declared.get("cap_drop", ()) else DOCKERS)
    assert {process.bounding for process in found} == {granted}
    for process in found:
        assert process.effective == (granted if process.ids.startswith("0:") else mask(by_file)), process
    promised = "no-new-privileges:true" in declared.get("security_opt", ())
    assert {process.no_new_privileges for process in found} == {promised}
    read_only = declared.get("read_only", False)
    assert {process.root_is_read_only for process in found} == {read_only}
    assert service.write_to_root() == "" if not read_only else REFUSED in service.write_to_root()


def is_hardened(declared: dict[str, Any]) -> bool:
    """Whether the file says anything that confines a service beyond Docker's defaults."""
    return "cap_drop" in declared or "security_opt" in declared or declared.get("read_only", False)


def seen(service: Service) -> str:
    """Return a line about a running service: ids, capabilities, and what else confines it."""
    found = service.processes()
    ids = " and ".join(dict.fromkeys(process.ids for process in found))
    [bounding] = {process.bounding for process in found}
    kept = [name for name, bit in BITS.items() if bounding >> bit & 1]
    capabilities = "default capabilities" if bounding & DOCKERS == DOCKERS else "+".join(kept) or "no capability"
    words = [ids, capabilities]
    words += ["no new privileges"] if all(process.no_new_privileges for process in found) else []
    words += ["read-only"] if all(process.root_is_read_only for process in found) else []
    return ", ".join(words)
