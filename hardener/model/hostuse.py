"""What shows that a container works on its host or node, in any format: programs, images, places, capabilities."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hardener.model.images.profiles import ImageName
from hardener.model.startup.privileges import base_name, behind_wrapper
from hardener.model.startup.shell import is_shell, script_commands, shell_script

TOOLS = frozenset(
    """
    nsenter mount umount losetup mknod modprobe insmod rmmod sysctl iptables ip6tables nft ipset ipvsadm ip tc ethtool
    dockerd containerd kubelet kube-proxy systemd systemctl init strace perf bpftrace tcpdump
    """.split()  # noqa: SIM905 - a table of words
)
"""Programs that work on the kernel, the network or the processes of the host."""

PLACES = {
    "NET_ADMIN": ("/dev/net/tun", "/lib/modules"),
    "SYS_ADMIN": ("/dev/fuse", "/sys/fs/cgroup"),
    "SYS_MODULE": ("/lib/modules",),
    "SYS_RAWIO": ("/dev",),
    "SYS_TIME": ("/dev/rtc",),
    "SYS_TTY_CONFIG": ("/dev",),
    "MKNOD": ("/dev",),
}
"""Capabilities that are of use with a place of the host, which then is mounted or listed as a device."""

ON_THE_NETWORK = frozenset({"NET_ADMIN", "NET_RAW", "NET_BROADCAST"})
"""Capabilities that are of use on the host's network."""

WITH_TOOLS = frozenset({"NET_ADMIN", "NET_RAW", "SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE"})
"""Capabilities that the TOOLS use."""

_NESTING = re.compile(
    r"(?:.*[/:-])?(?:dind|dind-.*|k3s|k0s|rke2|microk8s|buildkit|buildkitd|systemd|cadvisor|netdata|falco|node-exporter"
    r"|node_exporter|process-exporter|docker)(?:[:@].*)?|kindest/node:.*|rancher/.*",
    re.IGNORECASE,
)


def works_on_hosts(image: str) -> bool:
    """Return whether an image is known to start containers, or to watch its host."""
    name = ImageName.parse(image)
    return name is not None and _NESTING.fullmatch(f"{name.familiar}:{name.tag}") is not None


def started(command: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the programs that a command starts: the one behind its wrappers, or those of its script."""
    words = behind_wrapper(command)
    if not words:
        return ()
    if not is_shell(words):
        return (base_name(words[0]),)
    inner = ([word.unquoted for word in command.words] for command in script_commands(shell_script(words)))
    return tuple(name for command in inner for name in started(command))
