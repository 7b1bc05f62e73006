"""Realistic Compose files, as found before hardening and after."""

from __future__ import annotations

from benchmarks.writing import Author, Yaml

_HARDENED: dict[str, Yaml] = {
    "user": '"10001:10001"',
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges:true"],
    "read_only": "true",
    "tmpfs": ["/tmp:rw,nosuid,nodev,noexec,size=64m"],
}


def compose(author: Author, services: int, *, clean: bool) -> str:
    """Return the text of a Compose file with so many services; every second one runs the Dockerfile beside it."""
    top: dict[str, Yaml] = {
        "x-logging: &logging": {"driver": "json-file", "options": {"max-size": '"10m"', "max-file": '"3"'}},
        "x-common: &common": {"restart": "unless-stopped", "networks": ["backend"]},
        "services": {f"{author.name()}-{number}": _service(author, number, clean) for number in range(services)},
        "networks": {"backend": {"driver": "bridge"}},
        "volumes": {"data": {"driver": "local"}},
    }
    return f"# {author.remark()}\n{author.yaml(top)}"


def _service(author: Author, number: int, clean: bool) -> Yaml:
    service: dict[str, Yaml] = {"<<": "*common"}
    if number % 2:
        service["image"] = author.image(author.name())
    else:
        service["build"] = {"context": ".", "dockerfile": "Dockerfile"} if author.chance(0.5) else "."
    variables = author.variables(0, 16)
    if variables and author.chance(0.4):
        service["environment"] = [f"{key}={value}" for key, value in variables.items()]
    elif variables:
        service["environment"] = variables
    if author.chance(0.4):
        service["command"] = '["serve", "--port", "8080"]'
    if author.chance(0.5):
        service["ports"] = [f'"{author.random.randrange(8000, 9000)}:8080"']
    if author.chance(0.3):
        service["volumes"] = ["data:/var/lib/data"]
    if author.chance(0.5):
        service["healthcheck"] = {"test": '["CMD", "curl", "-f", "http://localhost:8080/health"]', "interval": "30s"}
    return {**service, **(_HARDENED if clean else {}), "logging": "*logging"}
