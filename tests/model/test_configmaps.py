"""Which ConfigMaps of a project are read for the configuration that its pods mount."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hardener.model.finding import Safety
from hardener.model.settings import Settings
from tests.conftest import harden

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: nginx
      image: nginx:1.27
      volumeMounts: [{name: site, mountPath: /etc/nginx/conf.d/}]
  volumes: [{name: site, VOLUME}]
"""
MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: site}\n"
SERVER = "server { listen 8080; }"


@pytest.mark.parametrize(
    ("volume", "manifest", "safety"),
    [
        ("configMap: {name: site}", f"{MAP}data: {{site.conf: '{SERVER}'}}\n", Safety.SAFE),
        ("configMap: {name: site}", "kind: List\nitems: [{kind: ConfigMap, metadata: {name: site}}]\n", Safety.SAFE),
        ("configMap: {name: site}", f"{MAP}binaryData: {{site.conf: AAAA}}\n", Safety.UNSAFE),
        ("configMap: {name: site}", f"{MAP}data: {{site.conf: 'access_log /srv/$where/a;'}}\n", Safety.UNSAFE),
        ("configMap: {name: site}", f"{MAP}data: {{{{ .Values.site }}}}: {{\n", Safety.UNSAFE),
        ("configMap: {name: other}", f"{MAP}data: {{site.conf: '{SERVER}'}}\n", Safety.UNSAFE),
        ("secret: {secretName: site}", f"{MAP}data: {{site.conf: '{SERVER}'}}\n", Safety.UNSAFE),
    ],
)
def test_what_is_mounted_is_read_or_not_known(isolated: Path, volume: str, manifest: str, safety: Safety) -> None:
    (isolated / "pod.yaml").write_text(POD.replace("VOLUME", volume), encoding="utf-8")
    (isolated / "map.yaml").write_text(manifest, encoding="utf-8")
    result = harden(isolated, replace(Settings(), select=("kubernetes-read-only-root",)))
    assert [outcome.finding.safety for outcome in result.outcomes] == [safety]
