"""Pod Security Standards, baseline and restricted, as published for Kubernetes 1.34: which controls a pod violates.

Written from https://kubernetes.io/docs/concepts/security/pod-security-standards/ and independent of the program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import yaml

VERSION = "1.34"

Json = Mapping[str, Any]
Control = Callable[[Json, list[Json], list[Json]], bool]
"""Whether a pod violates it; takes the pod's spec, its containers and all securityContexts, the pod's first."""

_PATHS = {
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    **dict.fromkeys(
        ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController", "Job"), ("spec", "template")
    ),
    "PodTemplate": ("template",),
    "Pod": (),
}
_DEFAULT_CAPABILITIES = {
    *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP"),
    *("SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"),
}
_SYSCTLS = {
    *("kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start"),
    *("net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports"),
    *("net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl"),
    *("net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"),
}
_SELINUX_TYPES = {"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"}
_VOLUMES = {
    *("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected"),
    "secret",
}
_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"


def violations(pod: Json) -> set[str]:
    """Return the controls of restricted, which has baseline in it, that a pod (`metadata` and `spec`) violates."""
    spec = pod["spec"]
    containers = [
        each for key in ("initContainers", "containers", "ephemeralContainers") for each in spec.get(key) or []
    ]
    contexts = [_context(spec), *(_context(container) for container in containers)]
    found = {name for name, control in _CONTROLS.items() if control(spec, containers, contexts)}
    annotations = (pod.get("metadata") or {}).get("annotations") or {}
    if any(key.startswith(_APPARMOR) and not _may_annotate(value) for key, value in annotations.items()):
        found.add("AppArmor")
    return found


def pods(text: str) -> Iterator[tuple[str, Json]]:
    """Yield each pod of a stream of manifests with the name of its workload."""
    for document in yaml.safe_load_all(text):
        yield from _pods(document)


def _pods(document: Any) -> Iterator[tuple[str, Json]]:
    if not isinstance(document, dict):
        return
    kind = str(document.get("kind"))
    if kind.endswith("List"):
        for item in document.get("items") or []:
            yield from _pods(item)
    if kind in _PATHS:
        pod = document
        for key in _PATHS[kind]:
            pod = pod.get(key) or {}
        if isinstance(pod.get("spec"), dict):
            yield f"{kind}/{(document.get('metadata') or {}).get('name')}", pod


def _context(holder: Json) -> Json:
    return holder.get("securityContext") or {}


def _may_annotate(value: str) -> bool:
    return value in ("", "runtime/default") or value.startswith("localhost/")


def _is_windows(spec: Json) -> bool:
    return (spec.get("os") or {}).get("name") == "windows"


def _added(contexts: list[Json]) -> set[str]:
    return {name for each in contexts for name in (each.get("capabilities") or {}).get("add") or []}


def _every_container_has(contexts: list[Json], key: str, right: Callable[[Any], bool]) -> bool:
    """Whether a value is right for every container, by its own word or the pod's, and nowhere wrong."""
    stated = [each[key] for each in contexts if each.get(key) is not None]
    pod, *containers = (each.get(key) is not None for each in contexts)
    return all(right(value) for value in stated) and (pod or all(containers))


def _probes(container: Json) -> Iterator[Json]:
    for key in ("livenessProbe", "readinessProbe", "startupProbe"):
        yield container.get(key) or {}
    for hook in ("postStart", "preStop"):
        yield (container.get("lifecycle") or {}).get(hook) or {}


def _host_process(spec: Json, containers: list[Json], contexts: list[Json]) -> bool:
    return any((each.get("windowsOptions") or {}).get("hostProcess") for each in contexts)


def _host_namespaces(spec: Json, containers: list[Json], contexts: list[Json]) -> bool:
    return any(spec.get(key) for key in ("hostNetwork", "hostPID", "hostIPC"))


def _privileged(spec: Json, containers: list[Json], contexts: list[Json]) -> bool:
    return any(each.get("privileged") for each in contexts[1:])


def _capabilities(spec: Json, containers: list[Json], contexts: list[Json]) -> bool:
    return not _added(contexts) <= _DEFAULT_CAPABILITIES


def _host_paths(spec: Json, containers: list[Json], contexts: list[Json]) -> bool:
    return any(volume.get("hostPath") is not None for volume in spec.get("volumes") or [])


def _host_ports(spec: Json, containers: list[Json], contexts: list[Json]) -> bool:
    return any(port.get("hostPort") for each in containers for port in each.get("ports") or [])


def _host_probes(spec: Json, containers: list[Json], contexts: list[Json]) -> bool:
    probes = [probe for each in containers for probe in _probes(each)]
    return any((probe.get(key) or {}).get("host") for probe in probes for key in ("httpGet", "tcpSocket"))


def _apparmor(spec: Json, containers: list[Json], contexts: list[Json]) -> bool:
    profiles = [each["appArmorProfile"] for each in contexts if each.get("appArmorProfile") is not None]
    return any(profile.get("type") not in ("RuntimeDefault", "Localhost") for profile in profiles)


def _selinux(spec: Json, containers: list[Json], contexts: list[Json]) -> bool:
    options = [each.get("seLinuxOptions") or {} for each in contexts]
    return any(
        option.get("type", "") not in _SELINUX_TYPES or option.get("user") or option.get("role") for option in options
    )


def _proc_mount(spec: Json, containers: list[Json], contexts: list[Json]) -> bool:
    return any(each.get("procMount") not in (None, "Default") for each in contexts[1:])


def _seccomp(spec: Json, containers: list[Json], contexts: list[Json]) -> bool:
    return any((each.get("seccompProfile") or {}).get("type") == "Unconfined" for each in contexts)


def _sysctls(spec: Json, containers: list[Json], contexts: list[Json]) -> bool:
    return any(sysctl["name"] not in _SYSCTLS for sysctl in contexts[0].get("sysctls") or [])


def _volume_types(spec: Json, containers: list[Json], contexts: list[Json]) -> bool:
    sources = [{key for key, value in volume.items() if value is not None} for volume in spec.get("volumes") or []]
    return any(not (kinds - {"name"}) <= _VOLUMES for kinds in sources)


def _escalation(spec: Json, containers: list[Json], contexts: list[Json]) -> bool:
    return not _is_windows(spec) and any(each.get("allowPrivilegeEscalation") is not False for each in contexts[1:])


def _non_root(spec: Json, containers: list[Json], contexts: list[Json]) -> bool:
    return not _every_container_has(contexts, "runAsNonRoot", lambda value: value is True)


def _non_root_user(spec: Json, containers: list[Json], contexts: list[Json]) -> bool:
    return any(each.get("runAsUser") == 0 for each in contexts)


def _seccomp_restricted(spec: Json, containers: list[Json], contexts: list[Json]) -> bool:
    if _is_windows(spec):
        return False
    allowed = ("RuntimeDefault", "Localhost")
    return not _every_container_has(contexts, "seccompProfile", lambda profile: profile.get("type") in allowed)


def _capabilities_restricted(spec: Json, containers: list[Json], contexts: list[Json]) -> bool:
    if _is_windows(spec):
        return False
    dropped = [(each.get("capabilities") or {}).get("drop") or [] for each in contexts[1:]]
    return not _added(contexts) <= {"NET_BIND_SERVICE"} or not all("ALL" in names for names in dropped)


_CONTROLS: Mapping[str, Control] = {
    "HostProcess": _host_process,
    "Host Namespaces": _host_namespaces,
    "Privileged Containers": _privileged,
    "Capabilities (baseline)": _capabilities,
    "HostPath Volumes": _host_paths,
    "Host Ports": _host_ports,
    "Host Probes / Lifecycle Hooks": _host_probes,
    "AppArmor": _apparmor,
    "SELinux": _selinux,
    "/proc Mount Type": _proc_mount,
    "Seccomp (baseline)": _seccomp,
    "Sysctls": _sysctls,
    "Volume Types": _volume_types,
    "Privilege Escalation": _escalation,
    "Running as Non-root": _non_root,
    "Running as Non-root user": _non_root_user,
    "Seccomp": _seccomp_restricted,
    "Capabilities": _capabilities_restricted,
}
