"""Programs and commands that do their work only as root, as far as a start-up is concerned."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from hardener.model.places import is_root_home
from hardener.model.startup.writers import written

_WRAPPERS = {
    "exec": ("-a",),
    "tini": ("-p", "-e"),
    "dumb-init": ("-r",),
    "catatonit": (),
    "env": ("-u", "-C", "-S"),
    "nice": ("-n",),
    "ionice": ("-c", "-n"),
    "stdbuf": ("-i", "-o", "-e"),
    "timeout": ("-s", "-k"),
    "xvfb-run": ("-n", "-s"),
    "cross-env": (),
    "ddtrace-run": (),
    "opentelemetry-instrument": (),
    "unbuffer": (),
    "with-contenv": (),
    "nohup": (),
    "setsid": (),
    "time": (),
    "command": (),
    "builtin": (),
}
"""Programs that start what their arguments say and nothing else, with those of their options that take a value."""

_MASTERS = frozenset(
    """
    nginx nginx-debug openresty apache2 apache2ctl apache2-foreground apachectl httpd httpd-foreground haproxy squid
    varnishd lighttpd dovecot postfix
    """.split()  # noqa: SIM905 - a table of words
)
"""Servers whose first process is root by habit."""

_NEEDS_ROOT = _MASTERS | frozenset(
    """
    gosu su-exec setpriv sudo su runuser setuidgid s6-setuidgid chpst doas start-stop-daemon capsh chroot
    init systemd s6-svscan s6-svc runsvdir runit-init openrc rc-service service systemctl
    cron crond anacron crontab sshd rsyslogd syslogd syslog-ng dockerd containerd named dnsmasq vsftpd smbd openvpn
    apt apt-get aptitude dpkg apk yum dnf microdnf rpm zypper debootstrap
    update-ca-certificates update-ca-trust ldconfig
    useradd usermod userdel groupadd groupmod groupdel adduser addgroup deluser delgroup passwd chpasswd
    chown chgrp chmod setcap setfacl
    iptables ip6tables iptables-restore iptables-legacy iptables-nft nft ipset tc setenforce hostname
    mount umount mknod losetup mkfs swapon modprobe insmod sysctl
    wg wg-quick ipsec charon pppd hostapd dhcpd dhclient tailscaled zerotier-one keepalived
    masscan tcpdump dumpcap arping strace bpftrace powertop iotop
    xinetd proftpd pure-ftpd snmpd smartd chronyd ntpd rpcbind rpc.nfsd exportfs
    fail2ban-server podman buildkitd kubelet k3s udevd certbot shorewall gparted parted dind
    """.split()  # noqa: SIM905 - a table of words
)
_OWN_USERS = frozenset(
    {"mysqld", "mysqld_safe", "mariadbd", "postgres", "pg_ctl", "rabbitmq-server", "slapd", "radiusd", "freeradius"}
)
"""Servers whose packages make a user for them and give it their data."""

_CONVERSATIONS = frozenset(
    """
    sh bash ash dash zsh fish pwsh python python2 python3 ipython node irb jshell iex ghci julia php R lua perl
    """.split()  # noqa: SIM905 - a table of words
)
"""Shells and interpreters that wait for a person where they get no program."""

QUESTIONS = frozenset({"[", "[[", "test"})
"""Commands that decide what a script does."""

_ASKS_FOR_ROOT = re.compile(r"\$\{?(?:EUID|UID)\b|\$\((?:id -u|whoami)\)|`(?:id -u|whoami)`")

_UNKNOWN = re.compile(r"\$(?!\(|\{?(?:HOME|TMPDIR|PWD)\b|\$)\{?\w")
"""The beginning of a word that is a variable; the home and places for temporary files are every user's own."""

_EVERYBODYS = ("/tmp", "/var/tmp", "/dev", "/proc/self")  # noqa: S108 - places in images
"""Places that every user may write to, by the system's own modes."""

_IN_A_HOME = {
    "bundle": "install update",
    "cargo": "build install run test watch",
    "composer": "install require update",
    "dotnet": "build restore run test watch",
    "gem": "install update",
    "go": "build get install run test",
    "gradle": "",
    "gradlew": "",
    "lein": "",
    "mvn": "",
    "mvnw": "",
    "npm": "add ci i install update",
    "npx": "",
    "pip": "install",
    "pip3": "install",
    "pipenv": "install run sync",
    "pnpm": "add dlx i install",
    "poetry": "install run sync",
    "sbt": "",
    "uv": "pip run sync",
    "uvx": "",
    "yarn": "add dlx install",
}
"""Build tools and installers that need a cache or an environment in the home, with the subcommands that do."""

_ELSEWHERE = {
    "pipenv": ("PIPENV_VENV_IN_PROJECT", "WORKON_HOME"),
    "poetry": ("POETRY_VIRTUALENVS_CREATE", "POETRY_VIRTUALENVS_IN_PROJECT", "POETRY_VIRTUALENVS_PATH"),
}
"""Variables that keep such an environment out of the home, so that `run` finds it."""


class Need(NamedTuple):
    """What speaks against starting as another user."""

    shown: str
    """The words that show it."""
    why: str = "which needs root"
    """Goes on from `it calls …,`."""


def behind_wrapper(words: Sequence[str]) -> list[str]:
    """Return the words of the command that `tini --`, `exec`, `env A=b` and the like start."""
    rest = list(words)
    while rest and (name := base_name(rest[0])) in _WRAPPERS:
        rest.pop(0)
        if name == "command" and rest and rest[0] in ("-v", "-V"):
            return []
        while rest and (rest[0].startswith("-") or (name in ("env", "cross-env") and "=" in rest[0])):
            option = rest.pop(0)
            if option == "--":
                break
            if option in _WRAPPERS[name] and rest:
                rest.pop(0)
        if name == "timeout" and rest:
            rest.pop(0)
    return rest


def base_name(program: str) -> str:
    """Return a program without its folder."""
    return program.rpartition("/")[2]


def is_setuid_helper(program: str) -> bool:
    """Whether it makes others another user, which it can do for them only by its setuid bit."""
    return base_name(program) in ("sudo", "su", "doas", "pkexec")


def only_converses(words: Sequence[str]) -> bool:
    """Whether a command starts a shell or an interpreter without anything to run."""
    rest = behind_wrapper(words)
    return bool(rest) and base_name(rest[0]) in _CONVERSATIONS and set(rest[1:]) <= {"-a", "-i", "-l", "--login"}


def is_master(program: str) -> bool:
    """Whether it is a server whose first process starts as root by habit."""
    return base_name(program) in _MASTERS


def needs_root(
    words: Sequence[str], redirected: Sequence[str], may_write: Callable[[str], bool], environment: Mapping[str, str]
) -> Need | None:
    """Return what in a command speaks against another user than root, None where nothing does.

    `redirected` are the files it writes to, `may_write` tells of absolute paths, `environment` is the image's.
    """
    name = base_name(words[0])
    if name.startswith("python") and words[1:3] == ["-m", "pip"]:
        return needs_root(words[2:], redirected, may_write, environment)
    if name == "cd" and len(words) > 1 and is_root_home(words[1]):
        return Need(f"cd {words[1]}", "which only root may enter")
    if name in QUESTIONS and any(_ASKS_FOR_ROOT.search(word) for word in words):
        return Need(name, "to ask whether it is root")
    if name in _NEEDS_ROOT or name.startswith("s6-overlay"):
        return Need(name)
    if name in _OWN_USERS:
        return Need(name, "whose data belongs to a user of its package")
    if words[0].startswith("/etc/init.d/"):
        return Need(words[0])
    if (tool := _needs_home(name, words, environment)) is not None:
        return Need(tool, "which writes to root's home")
    return writes(words, redirected, may_write)


def _needs_home(name: str, words: Sequence[str], environment: Mapping[str, str]) -> str | None:
    """Return a build tool or an installer, with the subcommand that shows it."""
    if name not in _IN_A_HOME:
        return None
    command = next((word for word in words[1:] if not word.startswith("-")), "")
    if not _IN_A_HOME[name]:
        return name
    if command == "run" and any(variable in environment for variable in _ELSEWHERE.get(name, ())):
        return None
    return f"{name} {command}" if command in _IN_A_HOME[name].split() else None


def writes(words: Sequence[str], redirected: Sequence[str], may_write: Callable[[str], bool]) -> Need | None:
    """Return what a command visibly writes to that is neither everybody's nor one that it may write to."""
    for shown, target in targets(words, redirected):
        if (why := _not_its_own(target, may_write)) is not None:
            return Need(shown, why)
    return None


def targets(words: Sequence[str], redirected: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield what a command visibly writes to, each behind the words that show it; `redirected` are files it fills."""
    yield from ((f"> {target}", target) for target in redirected)
    yield from ((f"{base_name(words[0])} {target}", target) for target in written(words))


def _not_its_own(target: str, may_write: Callable[[str], bool]) -> str | None:
    """Return why a user may not be able to write to what a word names; None where nothing speaks against it."""
    if _UNKNOWN.match(target):
        return "and what that stands for is not known"
    if not target.startswith("/") or is_everybodys(target) or may_write(target):
        return None
    return "which needs root"


def is_everybodys(path: str) -> bool:
    """Whether every user may write to an absolute path, by the modes of a system's own folders."""
    return path.startswith(tuple(f"{place}/" for place in _EVERYBODYS)) or path in _EVERYBODYS
