"""Where nginx's directives say that it writes."""

from __future__ import annotations

import pytest

from hardener.model.images.nginxconf import written


@pytest.mark.parametrize(
    ("text", "folders"),
    [
        ("access_log /var/log/nginx/shop.log main;", ["/var/log/nginx"]),
        ("http { access_log  off; }", []),
        ("error_log /var/log/nginx/error.log warn; access_log /var/log/nginx/access.log;", []),
        ("error_log stderr; access_log /dev/stdout; access_log syslog:server=a;", []),
        ("pid /run/nginx.pid;", ["/var/run"]),
        ('proxy_cache_path "/data/cache" levels=1:2 keys_zone=a:1m;', ["/data/cache"]),
        ("client_body_temp_path /tmp/body 1 2;", ["/tmp/body"]),
        ("# access_log /srv/a.log;\nlisten 80;", []),
        ("access_log logs/host.log;", ["/etc/nginx/logs"]),
        ("access_log /var/log/$host.log;\n", ["/var/log"]),
        ("my_access_log /srv/a;", []),
    ],
)
def test_folders(text: str, folders: list[str]) -> None:
    assert list(written(text)) == folders
