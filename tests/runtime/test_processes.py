import pytest

from hardener.model.capabilities import DEFAULT, NAMES, named
from hardener.runtime import processes
from hardener.runtime.processes import Span, parse

STATUS = """\
Name:\tnginx: worker
State:\tS (sleeping)
Pid:\t4711
PPid:\t4700
Uid:\t1000\t101\t101\t101
Gid:\t0\t102\t102\t102
Groups:\t101 2000
CapInh:\t0000000000000000
CapPrm:\t0000000000000400
CapEff:\t0000000000000000
CapBnd:\t00000000a80425fb
CapAmb:\t0000000000000000
NoNewPrivs:\t1
Seccomp:\t2
"""


def test_a_process_is_who_it_effectively_is():
    process = parse(STATUS)
    assert process is not None
    assert (process.pid, process.name, process.uid, process.gid) == (4711, "nginx: worker", 101, 102)
    assert process.groups == (101, 2000)
    assert (process.no_new_privileges, process.seccomp) == (True, "filter")


def test_capabilities_are_named_by_their_bits():
    process = parse(STATUS)
    assert process is not None
    assert process.bounding == DEFAULT  # a80425fb is what Docker 20.10 shows for a container of its own
    assert process.permitted == ("NET_BIND_SERVICE",)
    assert named(1 << 41 | 1) == ("CAP_41", "CHOWN")
    assert NAMES[21] == "SYS_ADMIN"


def test_within_reach_is_the_bounding_set_until_no_new_privileges():
    locked = parse(STATUS)
    free = parse(STATUS.replace("NoNewPrivs:\t1", "NoNewPrivs:\t0"))
    assert locked is not None
    assert free is not None
    assert locked.within_reach == {"NET_BIND_SERVICE"}
    assert free.within_reach == set(DEFAULT)


def test_ids_are_those_of_the_user_namespace():
    process = parse(
        STATUS.replace("\t101\t101\t101", "\t100101\t100101\t100101"),
        [Span(0, 100000, 65536)],
        [Span(0, 0, 4294967295)],
    )
    assert process is not None
    assert (process.uid, process.gid) == (101, 102)


def test_an_ended_process_is_none():
    assert parse(STATUS.replace("S (sleeping)", "Z (zombie)")) is None
    assert parse("Name:\tkthreadd\n") is None


def test_a_kernel_without_seccomp_is_unknown():
    process = parse(STATUS.replace("Seccomp:\t2\n", ""))
    assert process is not None
    assert process.seccomp == "unknown"


def test_processes_belong_to_the_innermost_container(tmp_path, monkeypatch):
    outer, inner = "a" * 64, "b" * 64
    groups = {
        1: "0::/init.scope\n",
        20: f"0::/system.slice/docker-{outer}.scope\n",
        30: f"9:name=systemd:/docker/{outer}/docker/{inner}\n",
        100: f"0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-{inner}.scope\n",
    }
    for pid, text in groups.items():
        (tmp_path / str(pid)).mkdir()
        (tmp_path / str(pid) / "cgroup").write_text(text)
    (tmp_path / "5").mkdir()  # it has ended meanwhile
    monkeypatch.setattr(processes, "PROC", tmp_path)
    assert processes.on_this_host() == {outer: [20], inner: [30, 100]}


def test_what_is_executed_beside_a_container_was_not_started_by_it(tmp_path, monkeypatch):
    parents = {20: 1, 30: 20, 25: 30, 40: 2, 41: 40}
    for pid, parent in parents.items():
        (tmp_path / str(pid)).mkdir()
        (tmp_path / str(pid) / "status").write_text(STATUS.replace("PPid:\t4700", f"PPid:\t{parent}"))
    monkeypatch.setattr(processes, "PROC", tmp_path)
    assert processes.started_by(20, [20, 25, 30, 35, 40, 41]) == [20, 25, 30]
    assert processes.started_by(20, []) == []


def test_a_shell_inside_shows_all_but_itself(engine):
    own = STATUS.replace("4711", "9")
    child = STATUS.replace("4711", "10").replace("PPid:\t4700", "PPid:\t9")
    engine.printed = "".join(f"Self: 9\n{status}" for status in (STATUS, own, child)).encode()
    assert [process.pid for process in processes.processes_of("c" * 64, engine, {})] == [4711]


def test_without_a_shell_the_reason_is_said(engine):
    engine.code, engine.printed = 126, b'exec: "sh": executable file not found in $PATH'
    with pytest.raises(processes.UnreadableProcessesError, match=r"no shell in it.*executable file not found"):
        processes.processes_of("c" * 64, engine, {})
