"""Controls: what rules of every format ask for together, as the columns of a picture of all services."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple


class Control(NamedTuple):
    """Something that a container is protected by, whatever file says so."""

    id: str
    title: str
    rules: tuple[str, ...]


CONTROLS = (
    Control(
        "user",
        "Not root",
        ("compose-user", "dockerfile-non-root-user", "kubernetes-run-as-non-root"),
    ),
    Control(
        "capabilities",
        "Capabilities",
        (
            "compose-drop-capabilities",
            "compose-no-added-capabilities",
            "kubernetes-drop-capabilities",
            "kubernetes-no-added-capabilities",
        ),
    ),
    Control(
        "escalation",
        "No new privileges",
        (
            "compose-no-new-privileges",
            "compose-no-privileged",
            "dockerfile-no-setuid",
            "dockerfile-no-sudo",
            "kubernetes-no-privilege-escalation",
            "kubernetes-no-privileged",
        ),
    ),
    Control(
        "files",
        "File access",
        (
            "compose-read-only",
            "dockerfile-copy-chown",
            "dockerfile-no-world-writable",
            "dockerfile-writable-paths",
            "kubernetes-read-only-root",
            "project-identity-mismatch",
        ),
    ),
    Control(
        "host",
        "Host kept out",
        (
            "compose-engine-socket",
            "compose-no-devices",
            "compose-no-host-namespaces",
            "compose-sensitive-mount",
            "kubernetes-no-host-namespaces",
            "kubernetes-no-host-path",
            "kubernetes-no-service-account-token",
            "kubernetes-volume-types",
        ),
    ),
    Control(
        "network",
        "Network",
        ("compose-localhost-ports", "kubernetes-no-host-ports", "kubernetes-no-probe-host"),
    ),
    Control(
        "kernel",
        "Kernel filters",
        (
            "compose-no-unconfined",
            "kubernetes-apparmor",
            "kubernetes-no-unsafe-sysctls",
            "kubernetes-no-weakening-patch",
            "kubernetes-proc-mount",
            "kubernetes-seccomp",
            "kubernetes-selinux",
        ),
    ),
    Control("secrets", "No secrets", ("compose-secrets", "dockerfile-secrets")),
    Control(
        "supply",
        "Image and limits",
        (
            "compose-pin-image",
            "compose-resource-limits",
            "dockerfile-add-to-copy",
            "dockerfile-healthcheck",
            "dockerfile-pin-base",
            "dockerfile-pipe-to-shell",
        ),
    ),
)


@cache
def control_of() -> Mapping[str, Control]:
    """Return the control of each rule."""
    return {rule: control for control in CONTROLS for rule in control.rules}
