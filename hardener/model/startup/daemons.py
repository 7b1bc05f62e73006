"""Servers whose distribution package makes a user for them, whose data, settings and pid file these are, or root's.

Where such a package is installed, the server can start as its package's user or as root, not as any other. By Debian's
and Alpine's packages (https://packages.debian.org, https://pkgs.alpinelinux.org).
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from hardener.model.dockerfile.packages import installed

if TYPE_CHECKING:
    from hardener.model.dockerfile.stages import Stage

_PACKAGES = {
    "redis-server": "redis*",
    "redis-sentinel": "redis*",
    "valkey-server": "valkey*",
    "memcached": "memcached*",
    "mongod": "mongodb*",
    "mongos": "mongodb*",
    "influxd": "influxdb*",
    "couchdb": "couchdb*",
    "clickhouse-server": "clickhouse*",
    "cassandra": "cassandra*",
    "neo4j": "neo4j*",
    "elasticsearch": "elasticsearch*",
    "kibana": "kibana*",
    "logstash": "logstash*",
    "grafana-server": "grafana*",
    "prometheus": "prometheus*",
    "mosquitto": "mosquitto*",
    "clamd": "clamav*",
    "freshclam": "clamav*",
    "rspamd": "rspamd*",
    "spamd": "spamassassin*",
    "opendkim": "opendkim*",
    "exim": "exim*",
    "exim4": "exim*",
    "tor": "tor",
    "unbound": "unbound*",
    "pdns_server": "pdns*",
    "privoxy": "privoxy*",
    "tinyproxy": "tinyproxy*",
    "stunnel": "stunnel*",
    "stunnel4": "stunnel*",
    "prosody": "prosody*",
    "ejabberdctl": "ejabberd*",
    "asterisk": "asterisk*",
    "icecast2": "icecast*",
    "mpd": "mpd*",
    "minidlnad": "minidlna*",
    "transmission-daemon": "transmission*",
    "zabbix_server": "zabbix*",
    "zabbix_agentd": "zabbix*",
    "avahi-daemon": "avahi*",
    "dbus-daemon": "dbus*",
    "cupsd": "cups*",
    "php-fpm": "php*-fpm",
}
"""By program, as shell patterns."""

_NUMBERED_PHP = "php-fpm*[0-9]"
"""Names of a program that has its version in it, from one of many packages of that version."""


class Packaged(NamedTuple):
    """The package of a server."""

    name: str
    line: int
    """Where it is installed."""


def packaged(stage: Stage, program: str) -> Packaged | None:
    """Return the package that a stage's chain installs for a server of this name; None for any other program."""
    pattern = "php*" if fnmatchcase(program, _NUMBERED_PHP) else _PACKAGES.get(program)
    if pattern is None:
        return None
    for run in stage.runs():
        for found in installed(run):
            if fnmatchcase(found.name, pattern):
                return Packaged(found.name, run.instruction.line)
    return None
