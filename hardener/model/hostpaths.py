"""Which places of a host are its system's, or its users' secrets: what has them changes the host, or reads its keys."""

from __future__ import annotations

from pathlib import PurePosixPath

_ALL_BELOW = ("/boot", "/dev", "/lib", "/proc", "/root", "/sys", "/usr", "/var/lib/docker", "/var/lib/kubelet")
_ITSELF = ("/", "/etc", "/home", "/run", "/var", "/var/lib", "/var/log", "/var/run")
_IN_ETC = ("cron.d", "crontab", "gshadow", "kubernetes", "pam.d", "shadow", "ssh", "sudoers", "sudoers.d", "systemd")
_OF_USERS = (".aws", ".config/gcloud", ".docker", ".gnupg", ".kube", ".ssh")
_HARMLESS = ("/dev/null", "/dev/shm", "/usr/local", "/usr/share")  # noqa: S108 - paths of the host


def is_sensitive(place: str) -> bool:
    """Return whether a path of the host, which may begin with `~/` or `$HOME/`, is none that programs may be given."""
    if place.startswith(("~/", "$HOME/", "${HOME}/")):
        return place.partition("/")[2].rstrip("/") in _OF_USERS
    path = PurePosixPath(place)
    if not path.is_absolute() or any(path.is_relative_to(harmless) for harmless in _HARMLESS):
        return False
    critical = [*_ALL_BELOW, *(f"/etc/{name}" for name in _IN_ETC)]
    return str(path) in _ITSELF or any(path.is_relative_to(folder) for folder in critical)
