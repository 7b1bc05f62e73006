"""What tells that a service is for `docker stack deploy`, which leaves out much of what Compose knows.

What it leaves out and what it refuses stands as UnsupportedProperties and ForbiddenProperties in
https://github.com/docker/cli/blob/0644aa390694aa7c0de35fe6c4e6d153e7d70e4d/cli/compose/types/types.go;
`tmpfs` has no place in what is made of a service, by
https://github.com/docker/cli/blob/0163d9c0ee5a03e0f15c3ff7815f18b8d80bdde4/cli/compose/convert/service.go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hardener.model.compose.service import Service

_SWARMS = ("endpoint_mode", "mode", "placement", "rollback_config", "update_config")
"""Keys of `deploy` that only a swarm's scheduler acts on; `docker compose` uses replicas, resources and labels."""


def left_out(service: Service, key: str) -> str:
    """Return why a key would have no effect on the service; empty where it has."""
    sign = stack_sign(service)
    return f"`{sign}` is for `docker stack deploy`, which ignores `{key}`" if sign else ""


def stack_sign(service: Service) -> str:
    """Return what in its file says that it is for a swarm, as it stands there; empty where nothing does."""
    for part in (service, *service.document.parts):
        for _, deploy in part.said("deploy"):
            found = next((key for key in _SWARMS if deploy.get(key) is not None), "")
            if found:
                return f"deploy: {found}"
    return ""
