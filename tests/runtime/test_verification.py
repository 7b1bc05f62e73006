import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from hardener.model.capabilities import DEFAULT
from hardener.report import terminal, verification
from hardener.runtime.choice import Choice
from hardener.runtime.container import container_of
from hardener.runtime.imagefiles import Files
from hardener.runtime.processes import Process
from hardener.runtime.verification import Seen, Status, checks
from tests.report.schemas import published

CLEAN = Files((), (), (), ())
SAFE = Process(7, "redis-server", 999, 999, (), (), (), (), (), (), no_new_privileges=True, seccomp="filter")
ROOT = replace(
    SAFE, uid=0, gid=0, permitted=DEFAULT, effective=DEFAULT, bounding=DEFAULT, no_new_privileges=False, seccomp="off"
)


def record(**host):
    """Return what the engine's API says of a container of the service db in the Compose project shop."""
    labels = {"com.docker.compose.project": "shop", "com.docker.compose.service": "db"}
    return {
        "Id": "f" * 64,
        "Name": "/shop-db-1",
        "Image": "sha256:1",
        "Config": {"Image": "redis:7", "User": "", "Labels": labels},
        "HostConfig": {"ReadonlyRootfs": True, **host},
        "Mounts": [],
    }


def seen(process=SAFE, files=CLEAN, mounts=(), **host):
    return Seen(container_of({**record(**host), "Mounts": list(mounts)}), (process,), files)


def failed(found):
    return {check.rule for check in checks(found) if check.status is Status.FAILED}


@pytest.mark.parametrize(
    ("processes", "said"),
    [
        ([replace(SAFE, groups=(27, 999))], "supplementary groups: redis-server 27"),
        ([replace(SAFE, groups=(27, 50)), replace(SAFE, pid=8, groups=(27, 50))], "groups: redis-server 27, 50"),
        ([replace(SAFE, groups=(999,))], None),
        ([replace(ROOT, groups=(1, 2))], None),
    ],
)
def test_groups_besides_its_own_are_shown_of_who_is_not_root(processes, said):
    """Root may do what any group may."""
    lines = verification.table([replace(seen(), processes=tuple(processes))], verbose=False)
    told = [text for text in terminal.render(lines, width=None).split("\n") if "groups" in text]
    assert [text.endswith(said or "") for text in told] == ([True] if said else [])


def test_what_is_hard_passes_every_check():
    assert {check.status for check in checks(seen())} == {Status.PASSED}


@pytest.mark.parametrize(
    ("found", "rules"),
    [
        (seen(replace(SAFE, uid=0)), {"compose-user"}),
        (seen(replace(SAFE, permitted=("CHOWN",))), {"compose-drop-capabilities"}),
        (seen(replace(SAFE, permitted=("CHOWN",)), CapAdd=["CAP_CHOWN"]), set()),
        (seen(replace(SAFE, bounding=DEFAULT)), set()),
        (
            seen(replace(SAFE, bounding=DEFAULT, no_new_privileges=False)),
            {"compose-drop-capabilities", "compose-no-new-privileges"},
        ),
        (seen(replace(SAFE, seccomp="off")), {"compose-no-unconfined"}),
        (seen(ReadonlyRootfs=False), {"compose-read-only"}),
        (seen(Privileged=True), {"compose-no-privileged"}),
        (seen(PidMode="host", IpcMode="private"), {"compose-no-host-namespaces"}),
        (seen(files=Files(("/usr/bin/su",), (), (), ())), {"dockerfile-no-setuid"}),
        (seen(files=Files((), (), ("/srv",), ())), {"dockerfile-no-world-writable"}),
        (seen(files=Files((), (), (), ("/bin/su", "/usr/bin/sudo"))), {"dockerfile-no-sudo"}),
        (
            seen(mounts=[{"Type": "bind", "Source": "/run/docker.sock", "Destination": "/s", "RW": False}]),
            {"compose-engine-socket"},
        ),
        (
            seen(mounts=[{"Type": "bind", "Source": "/etc", "Destination": "/host", "RW": True}]),
            {"compose-sensitive-mount"},
        ),
        (seen(mounts=[{"Type": "volume", "Name": "etc", "Source": "/var/lib/docker/x", "Destination": "/etc"}]), set()),
    ],
)
def test_what_is_soft_fails_the_check_of_the_rule_that_fixes_it(found, rules):
    assert failed(found) == rules


def test_what_cannot_be_read_is_unknown_and_never_passed():
    found = Seen(container_of(record()), (), None, "no shell in it", "not exported")
    status = {check.rule: check.status for check in checks(found)}
    assert {rule for rule, value in status.items() if value is Status.UNKNOWN} == {
        "compose-user",
        "compose-drop-capabilities",
        "compose-no-new-privileges",
        "compose-no-unconfined",
        "dockerfile-no-setuid",
        "dockerfile-no-world-writable",
        "dockerfile-no-sudo",
    }
    assert [
        check.rule for check in checks(seen(replace(SAFE, seccomp="unknown"))) if check.status is Status.UNKNOWN
    ] == ["compose-no-unconfined"]


def test_a_pod_s_container_is_told_of_by_kubernetes_rules():
    labels = {"io.kubernetes.container.name": "app"}
    container = container_of({**record(NetworkMode="container:p"), "Config": {"Image": "x", "Labels": labels}})
    assert failed(Seen(container, (replace(SAFE, uid=0),), CLEAN)) == {"kubernetes-run-as-non-root"}


def test_a_container_in_another_one_s_namespace_is_where_that_one_is():
    pod = {**record(NetworkMode="host"), "Id": "p"}
    assert container_of(record(NetworkMode="container:p"), {"p": pod}).host_namespaces == ("network",)
    assert container_of(record(NetworkMode="container:gone"), {}).host_namespaces == ()


def test_an_image_alone_answers_for_what_it_holds_only():
    found = replace(seen(replace(SAFE, bounding=DEFAULT, no_new_privileges=False)), alone=True)
    assert failed(found) == set()
    assert failed(replace(found, processes=(ROOT,))) == {"dockerfile-non-root-user", "compose-drop-capabilities"}


def test_limits_are_numbers_or_none():
    limits = container_of(record(Memory=64 << 20, CpuQuota=50_000, CpuPeriod=100_000, PidsLimit=-1)).limits
    assert (limits.memory, limits.cpus, limits.processes) == (64 << 20, 0.5, None)
    assert container_of(record(NanoCpus=1_500_000_000, CpuQuota=0)).limits.cpus == 1.5


def test_choice():
    container = container_of(record())
    assert Choice(services=("db",)).chooses(container)
    assert Choice(projects=("shop",)).chooses(container)
    assert Choice(containers=("shop-db-1",)).chooses(container)
    assert Choice(containers=("ffff",)).chooses(container)
    assert not Choice(containers=("fff", "db"), services=("web",)).chooses(container)
    assert not Choice()
    assert list(Choice(services=("db", "web"), containers=("abcd",)).missing([container])) == [
        "service web",
        "container abcd",
    ]


def test_the_table_shows_processes_and_what_did_not_pass():
    shown = terminal.render(verification.table([seen(ROOT, CapAdd=["SYS_TIME"])], verbose=False), width=None)
    assert shown == (
        "shop-db-1 (service db)  redis:7\n"
        "    PROCESS       PID  USER  NO-NEW-PRIVS  SECCOMP  CAPABILITIES\n"
        "    redis-server  7    0:0   no            off      Docker's 14\n"
        "    FAILED compose-user: runs as root: redis-server (7)\n"
        "    FAILED compose-drop-capabilities: its processes hold Docker's 14\n"
        "    FAILED compose-no-new-privileges: may gain privileges: redis-server (7)\n"
        "    FAILED compose-no-unconfined: runs without seccomp: redis-server (7)\n"
        "    limits: none\n"
        "1 container: 8 passed · 4 failed\n"
    )


def test_json_says_all_of_it():
    unread = Seen(container_of(record()), (), None, "no shell")
    said = json.loads(verification.as_json([seen(ROOT), unread]))
    published("verification").validate(said)
    container, other = said["containers"]
    assert other["files"] is None
    assert (container["name"], container["service"]) == ("shop-db-1", "db")
    assert container["processes"][0]["bounding"] == list(DEFAULT)
    assert {
        "rule": "compose-user",
        "status": "failed",
        "message": "runs as root: redis-server (7)",
        "strict": True,
    } in (container["checks"])


def test_junit_counts_failures_and_unknowns():
    suites = ElementTree.fromstring(
        verification.junit([seen(ROOT), Seen(container_of(record()), (), CLEAN, "\x1b]0;no shell")])
    )
    assert [(suite.get("tests"), suite.get("failures"), suite.get("errors")) for suite in suites] == [
        ("12", "4", "0"),
        ("12", "0", "4"),
    ]
    assert suites[1][0][0].get("message") == "\\x1b]0;no shell"


def test_markdown_cannot_be_broken_out_of():
    shown = verification.markdown([seen(replace(SAFE, name="a|b\n<img>", uid=0))])
    assert "| a\\|b\\\\n\\<img\\> | 0:999 |" in shown
    assert "- **failed** `compose-user`" in shown
