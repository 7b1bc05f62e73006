"""Servers whose distribution package makes a user for them, whose data, settings and pid file these are, or root's.

Where such a package is installed, the server can start as its package's user or as root, not as any other. By Debian's
and Alpine's packages (https://packages.debian.org, https://pkgs.alpinelinux.org).
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from hardener.model.packages import installed

if TYPE_CHECKING:
    from hardener.model.dockerfile import Stage

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
    "php-fpm*[0-9]": "php*",
    "php-fpm": "php*-fpm",
}
"""By program, both as shell patterns."""


class Packaged(NamedTuple):
    """The package of a server."""

    name: str
    line: int
    """Where it is installed."""


def packaged(stage: Stage, program: str) -> Packaged | None:
    """Return the package that a stage's chain installs for a server of this name; None for any other program."""
    patterns = [package for name, package in _PACKAGES.items() if fnmatchcase(program, name)]
    for run in stage.runs() if patterns else ():
        for found in installed(run):
            if any(fnmatchcase(found.name, pattern) for pattern in patterns):
                return Packaged(found.name, run.instruction.line)
    return None
