"""Reports that `harden verify --format json` saved, and files that are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hardener.policy.observed import ObservedError, read
from hardener.report import verification
from hardener.runtime.container import container_of
from hardener.runtime.verification import Seen, checks

CHECK = {"rule": "compose-user", "status": "passed", "message": "runs as 1:1"}
CONTAINER = {"name": "web-1", "service": "web", "checks": [CHECK]}


def test_a_saved_report_is_read(tmp_path: Path) -> None:
    file = tmp_path / "seen.json"
    file.write_text(json.dumps({"version": 1, "containers": [CONTAINER, {**CONTAINER, "service": ""}]}))
    assert [each.container for each in read(file)] == ["web-1 (service web)", "web-1"]
    assert read(file)[0][1:] == ("compose-user", "passed", "runs as 1:1")


def test_what_verify_saves_is_read_back(tmp_path: Path) -> None:
    labels = {"com.docker.compose.project": "shop", "com.docker.compose.service": "db"}
    record = {
        "Id": "f",
        "Name": "/shop-db-1",
        "Image": "sha256:1",
        "Config": {"Image": "redis:7", "Labels": labels},
        "HostConfig": {},
    }
    seen = Seen(container_of(record), (), None, "no shell in it", "not exported")
    file = tmp_path / "seen.json"
    file.write_text(verification.as_json([seen]))
    assert {each[1:3] for each in read(file)} == {(check.rule, check.status) for check in checks(seen)}
    assert {each.container for each in read(file)} == {"shop-db-1 (service db)"}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "is no JSON"),
        ("\udcff", "is no JSON"),
        ("[]", "is not what `harden verify --format json` writes"),
        ('{"version": 2, "containers": []}', "is of version 2, and only 1 is known"),
        (json.dumps({"version": 1, "containers": [{**CONTAINER, "checks": [{}]}]}), "is not what"),
        (json.dumps({"version": 1, "containers": [{**CONTAINER, "checks": [{**CHECK, "status": "fine"}]}]}), "is not"),
        (json.dumps({"version": 1, "containers": [{**CONTAINER, "checks": [{**CHECK, "rule": 5}]}]}), "is not what"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, content: str, complaint: str) -> None:
    file = tmp_path / "seen.json"
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(ObservedError, match=complaint):
        read(file)
