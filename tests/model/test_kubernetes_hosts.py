"""What a pod visibly does on its node, and what its arguments start, decides what may be taken from it."""

from __future__ import annotations

import pytest

from hardener.model.images.arguments import starts_another
from hardener.model.kubernetes.podhost import host_paths, host_ports, pod_works_on_node, programs, works_on_node
from tests.model.test_kubernetes import pod_of


@pytest.mark.parametrize(
    ("image", "arguments", "another"),
    [
        ("postgres:16", [], False),
        ("postgres:16", ["-c", "max_connections=200"], False),
        ("postgres:16", ["postgres", "-c", "fsync=off"], False),
        ("postgres:16", ["pg_dump", "shop"], True),
        ("docker.io/library/mongo:7", ["mongod", "--auth"], False),
        ("mongo:7", ["mongodump"], True),
        ("redis:7", ["redis-server", "/etc/redis.conf"], False),
        ("redis:7", ["redis-cli", "ping"], True),
        ("mariadb:11", ["mysqld"], False),
        ("hashicorp/vault:1.18", ["server", "-dev"], False),
        ("prom/prometheus:v2.55.1", ["anything"], False),
        ("prom/prometheus:v2.55.1", ["sh", "-c", "true"], True),
        ("python:3.12", ["python", "app.py"], False),
        ("org/unknown:1", ["whatever"], False),
        ("org/unknown:1", ["/bin/sh", "-c", "true"], True),
    ],
)
def test_arguments_are_for_the_images_program_or_start_another(image: str, arguments: list[str], another: bool) -> None:
    assert starts_another(image, arguments) is another


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("[/sbin/sysctl, -w, a=b]", ("sysctl",)),
        ("[tini, --, nsenter, -t, '1']", ("nsenter",)),
        ("[sh, -c, 'set -e; mount -a && exec app']", ("set", "mount", "app")),
        ("[bash, -ec, 'ip link']", ("ip",)),
        ("[sh, /start.sh]", ()),
        ("[]", ()),
    ],
)
def test_programs_of_a_command(command: str, expected: tuple[str, ...]) -> None:
    pod = pod_of(f"containers: [{{name: app, image: a, command: {command}}}]")
    assert programs(pod.containers[0]) == expected


@pytest.mark.parametrize(
    ("path", "nodes"),
    [("/", True), ("/var/run/docker.sock", True), ("/run", True), ("/srv/data", False), ("/variable", False)],
)
def test_places_of_the_nodes_own(path: str, nodes: bool) -> None:
    pod = pod_of(f"""
containers: [{{name: app, image: a, volumeMounts: [{{name: v, mountPath: /v}}]}}]
volumes: [{{name: other, emptyDir: {{}}}}, {{name: v, hostPath: {{path: {path}}}}}]
""")
    (volume,) = host_paths(pod)
    assert (volume.position, volume.name, volume.path, volume.is_nodes) == (1, "v", path, nodes)
    assert bool(works_on_node(pod.containers[0])) is nodes
    assert bool(pod_works_on_node(pod)) is nodes


def test_a_port_of_the_node_is_not_0() -> None:
    pod = pod_of("containers: [{name: a, image: b, ports: [{hostPort: 0}, {containerPort: 1}, {hostPort: 80}]}]")
    assert [port.text for port in host_ports(pod.containers[0])] == ["80"]
