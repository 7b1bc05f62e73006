"""Programs and commands that do their work only as root, as far as a start-up is concerned."""

from __future__ import annotations

from collections.abc import Sequence

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
    apt apt-get aptitude dpkg apk yum dnf microdnf rpm zypper update-ca-certificates ldconfig
    useradd usermod userdel groupadd groupmod groupdel adduser addgroup deluser delgroup passwd chpasswd
    chown chgrp chmod setcap setfacl
    iptables ip6tables iptables-restore iptables-legacy iptables-nft nft ipset tc setenforce hostname
    mount umount mknod losetup mkfs swapon modprobe insmod sysctl
    """.split()  # noqa: SIM905 - a table of words
)
_FAMILIES = ("s6-overlay", "supervisord")
"""Beginnings of such names."""

_WRITERS = frozenset({"cp", "mv", "ln", "mkdir", "touch", "tee", "rm", "rmdir", "install", "truncate", "sed"})
_LAST_ONLY = frozenset({"cp", "ln", "install", "sed"})
"""Of these only the last path is written."""

_ROOTS_PLACES = tuple(
    """
    /bin/ /boot/ /etc/ /lib/ /lib64/ /opt/ /proc/sys/ /root/ /run/ /sbin/ /sys/ /usr/ /var/cache/ /var/lib/ /var/log/
    /var/run/
    """.split()  # noqa: SIM905 - a table of words
)


def behind_wrapper(words: Sequence[str]) -> list[str]:
    """Return the words of the command that `tini --`, `exec`, `env A=b` and the like start."""
    rest = list(words)
    while rest and (name := base_name(rest[0])) in _WRAPPERS:
        rest.pop(0)
        while rest and (rest[0].startswith("-") or (name == "env" and "=" in rest[0])):
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


def is_master(program: str) -> bool:
    """Whether it is a server whose first process starts as root by habit."""
    return base_name(program) in _MASTERS


def needs_root(words: Sequence[str], redirected: Sequence[str]) -> str | None:
    """Return what shows that a command needs root, None where nothing does; `redirected` are the files it writes to."""
    name = base_name(words[0])
    if name in _NEEDS_ROOT or name.startswith(_FAMILIES):
        return name
    if words[0].startswith("/etc/init.d/"):
        return words[0]
    target = _first_of_root(redirected)
    if target is not None:
        return f"> {target}"
    if name not in _WRITERS or (name == "sed" and not _edits_in_place(words)):
        return None
    paths = [word for word in words[1:] if word.startswith("/")]
    target = _first_of_root(paths[-1:] if name in _LAST_ONLY else paths)
    return None if target is None else f"{name} {target}"


def _edits_in_place(words: Sequence[str]) -> bool:
    return any(word.startswith(("-i", "--in-place")) for word in words)


def _first_of_root(paths: Sequence[str]) -> str | None:
    return next((path for path in paths if path.startswith(_ROOTS_PLACES)), None)
