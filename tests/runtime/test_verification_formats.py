"""What `harden verify` reports to CI systems, and where it says that something stands."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from hardener.cli import harden, verify
from hardener.model.settings import Thresholds
from hardener.report import verificationci
from hardener.runtime.container import container_of
from hardener.runtime.imagefiles import Files
from hardener.runtime.manifests import place_of
from hardener.runtime.verification import Place, Seen, Status, checks
from tests.report import schemas
from tests.runtime.test_verification import CLEAN, ROOT, SAFE, record, seen

COMPOSE = "name: shop\nservices:\n  web:\n    image: web\n  db:\n    image: redis:7\n"
MANY = Files(("/bin/su", "/bin/mount"), (), ("/data",), ())


def made_by(folder: Path, *files: str) -> Seen:
    """Return a container as root whose labels say that Compose made it from these files."""
    found = record()
    labels = {
        "com.docker.compose.project.working_dir": str(folder),
        "com.docker.compose.project.config_files": ",".join(files),
    }
    found["Config"]["Labels"] |= labels
    return Seen(container_of(found), (ROOT,), CLEAN)


def test_the_place_is_the_service_in_the_file_that_has_it(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("services:\n  web:\n    image: web\n")
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    assert place_of(made_by(tmp_path, "base.yaml", "compose.yaml").container) == Place(tmp_path / "compose.yaml", 5)
    assert place_of(made_by(tmp_path, str(tmp_path / "compose.yaml")).container) == Place(tmp_path / "compose.yaml", 5)
    assert place_of(made_by(tmp_path, "base.yaml").container) == Place(tmp_path / "base.yaml", 1)
    assert place_of(made_by(tmp_path, "gone.yaml").container) is None
    assert place_of(made_by(tmp_path).container) is None


@pytest.mark.parametrize("text", ["services: [", "\x00", "services: {web: {image: x}}", "- 1\n"])
def test_a_manifest_that_does_not_have_it_any_more_is_still_where_to_look(tmp_path: Path, text: str) -> None:
    (tmp_path / "compose.yaml").write_text(text)
    assert place_of(made_by(tmp_path, "compose.yaml").container) == Place(tmp_path / "compose.yaml", 1)


def test_sarif(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    unread = Seen(container_of(record()), (), CLEAN, "no shell {x}")
    log = json.loads(verificationci.as_sarif([replace(seen(ROOT), place=Place(tmp_path / "a b.yaml", 3)), unread]))
    schemas.VERIFIED.validate(log)
    (run,) = log["runs"]
    user, *_ = (one for one in run["results"] if one["ruleId"] == "compose-user")
    assert user["level"] == "error"
    assert user["message"]["text"] == "shop-db-1 (service db): failed: runs as root: redis-server (7)"
    assert user["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a%20b.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 3},
    }
    _, unknown = (one for one in run["results"] if one["ruleId"] == "compose-user")
    assert (unknown["kind"], unknown["level"]) == ("open", "none")
    assert unknown["message"]["text"].endswith("not known: no shell {{x}}")
    assert unknown["locations"] == [{"logicalLocations": [{"fullyQualifiedName": "shop-db-1 (service db)"}]}]
    assert all(run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])
    assert {one["level"] for one in run["results"] if one["ruleId"] == "compose-no-unconfined"} == {"warning", "none"}


def test_sarif_of_what_passes_has_no_result() -> None:
    log = json.loads(verificationci.as_sarif([seen()]))
    schemas.VERIFIED.validate(log)
    assert log["runs"][0]["results"] == []
    assert log["runs"][0]["invocations"] == [{"executionSuccessful": True}]


def test_github(tmp_path: Path) -> None:
    placed = replace(seen(replace(SAFE, uid=0)), place=Place(tmp_path / "c,d.yaml", 3))
    assert verificationci.as_github([placed]) == (
        f"::error file={tmp_path}/c%2Cd.yaml,line=3,title=compose-user"
        "::shop-db-1 (service db): failed: runs as root: redis-server (7)\n"
    )
    unread = verificationci.as_github([Seen(container_of(record()), (), CLEAN, "no\nshell")])
    assert unread.startswith("::notice title=compose-user::shop-db-1 (service db): not known: no\\nshell\n")
    assert verificationci.as_github([seen(ReadonlyRootfs=False)]).startswith("::warning title=compose-read-only::")


def test_gitlab(tmp_path: Path) -> None:
    socket = {"Type": "bind", "Source": "/run/docker.sock", "Destination": "/s", "RW": True}
    system = {"Type": "bind", "Source": "/etc", "Destination": "/e", "RW": True}
    in_pod = record()
    in_pod["Config"]["Labels"] = {"io.kubernetes.container.name": "app"}
    pod = Seen(container_of({**in_pod, "Mounts": [socket, system]}), (ROOT,), CLEAN)
    issues = json.loads(verificationci.as_gitlab([replace(seen(ROOT), place=Place(tmp_path / "c.yaml", 3)), pod]))
    schemas.GITLAB.validate(issues)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    assert [issue["check_name"] for issue in issues].count("kubernetes-no-host-path") == 2
    assert issues[0]["location"] == {"path": f"{tmp_path}/c.yaml", "lines": {"begin": 3}}
    assert issues[0]["severity"] == "major"
    assert issues[-1]["location"] == {"path": "shop-db-1", "lines": {"begin": 1}}


@pytest.mark.parametrize(
    ("thresholds", "failed", "strict"),
    [
        (Thresholds(), {"dockerfile-no-setuid", "dockerfile-no-world-writable"}, set()),
        (Thresholds(setuid=2), {"dockerfile-no-world-writable"}, {"dockerfile-no-setuid"}),
        (Thresholds(setuid=1, world_writable=0), {"dockerfile-no-setuid", "dockerfile-no-world-writable"},
         {"dockerfile-no-setuid", "dockerfile-no-world-writable"}),
        (Thresholds(world_writable=1), {"dockerfile-no-setuid"}, {"dockerfile-no-world-writable"}),
    ],
)  # fmt: skip
def test_thresholds_say_how_many_files_are_too_many(thresholds: Thresholds, failed: set[str], strict: set[str]) -> None:
    found = {check.rule: check for check in checks(replace(seen(files=MANY), thresholds=thresholds))}
    assert {rule for rule, check in found.items() if check.status is Status.FAILED} == failed
    assert {rule for rule, check in found.items() if check.strict and rule.startswith("dockerfile")} == strict


def test_what_thresholds_accept_is_said() -> None:
    said = {check.rule: check.message for check in checks(replace(seen(files=MANY), thresholds=Thresholds(2, 0)))}
    assert said["dockerfile-no-setuid"] == (
        "2 setuid or setgid: /bin/su, /bin/mount, of 2 that the configuration accepts"
    )
    assert said["dockerfile-no-world-writable"] == "1 writable by all: /data; the configuration accepts 0"


def test_files_that_cannot_be_read_are_not_below_a_threshold() -> None:
    unread = Seen(container_of(record()), (SAFE,), None, unread_files="no tar", thresholds=Thresholds(setuid=9))
    found = {check.rule: check for check in checks(unread)}
    assert (found["dockerfile-no-setuid"].status, found["dockerfile-no-setuid"].strict) == (Status.UNKNOWN, True)


@pytest.mark.parametrize(
    ("config", "code"),
    [("", 0), ("[thresholds]\nsetuid = 2\n", 0), ("[thresholds]\nsetuid = 1\n", 1), ("[thresholds]\nsetiud = 1\n", 2)],
)
def test_strict_goes_by_the_configuration_of_the_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: str, code: int
) -> None:
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    project.mkdir()
    elsewhere.mkdir()
    (project / "compose.yaml").write_text(COMPOSE)
    (project / ".harden.toml").write_text(config)
    (elsewhere / ".harden.toml").write_text("[thresholds]\nsetuid = 0\n")
    monkeypatch.chdir(elsewhere)
    found = replace(made_by(project, "compose.yaml"), processes=(SAFE,), files=MANY)
    monkeypatch.setattr(verify, "_look", lambda **_: [found])
    done = CliRunner().invoke(harden, ["verify", "--all", "--strict"])
    assert done.exit_code == code, done.output


@pytest.mark.parametrize("form", ["text", "table", "json", "sarif", "github", "gitlab", "junit", "markdown"])
def test_every_format_is_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, form: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(verify, "_look", lambda **_: [seen(ROOT)])
    done = CliRunner().invoke(harden, ["verify", "--all", "--format", form])
    assert done.exit_code == 0
    assert "runs as root: redis-server" in done.stdout
