"""Which commands strip or set setuid and setgid bits, and where the bits can be stripped."""

from __future__ import annotations

import pytest

from hardener.model.dockerfile.setuid import brings, sets, strips
from hardener.model.dockerfile.slots import Fill, Slot, lower, obstacle
from hardener.text.instructions import Insert
from tests.model.dockerfiles import dockerfile, last_stage


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("find / -perm /6000 -exec chmod a-s {} +", True),
        ("find / -perm +6000 -exec chmod a-s {} \\;", True),
        ("find / -perm /7000 -exec chmod a-s {} +", True),
        ("find / \\( -perm -4000 -o -perm -2000 \\) -exec chmod ug-s {} +", True),
        ("find / -perm /u+s,g+s | xargs chmod a-s", True),
        ("find / -perm -6000 -exec chmod a-s {} +", False),
        ("find / -perm 4755 -exec chmod u-s {} +", False),
        ("find / -perm -4000 -exec chmod u-s {} +", False),
        ("find / -perm -2000 -exec chmod g-s {} +", False),
        ("find / -perm /6000 -ls", False),
        ("find / -perm -o+w -exec chmod o-w {} +", False),
        ("find / -name s -exec chmod a-s {} +", False),
        ("chmod a-s /bin/su", False),
    ],
)
def test_what_strips_both_bits_everywhere(command: str, expected: bool) -> None:
    [run] = last_stage(f"FROM debian:12\nRUN {command}\n").own_runs
    assert strips(run) is expected


@pytest.mark.parametrize("mode", ["4755", "2755", "04755", "6711", "u+s", "g+s", "ug+rxs", "+s", "u=rwxs", "-m4755"])
def test_what_sets_a_bit(mode: str) -> None:
    [run] = last_stage(f"FROM debian:12\nRUN install {mode} a /b && chmod {mode} /b\n").own_runs
    assert sets(run)


@pytest.mark.parametrize("mode", ["755", "0755", "1777", "u+x", "a-s", "u-s", "o+t", "-R"])
def test_what_sets_none(mode: str) -> None:
    [run] = last_stage(f"FROM debian:12\nRUN chmod {mode} sbin/services\n").own_runs
    assert not sets(run)


def test_a_package_is_told_by_its_name_without_version() -> None:
    [run] = last_stage("FROM debian:12\nRUN apt-get install -y -t sid curl iputils-ping=3:1\n").own_runs
    assert brings(run) == ("iputils-ping",)
    [run] = last_stage("FROM debian:12\nRUN apt-get remove sudo && pip install sudo\n").own_runs
    assert not brings(run)


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("FROM debian:12\nRUN a\nCMD b\n", 2),
        ("FROM debian:12\nRUN a\nUSER 1\nCMD b\n", 2),
        ("FROM debian:12\nUSER 1\nRUN a\nUSER 0\nRUN b\nUSER 1\nRUN c\nCMD d\n", 5),
        ("FROM debian:12\nRUN a\nUSER root\nCMD b\n", 2),
        ("FROM debian:12\nRUN a\nUSER 1\nRUN b\nUSER root\nCMD c\n", 2),
        ("FROM debian:12\nUSER 1\nUSER root\nRUN a\nCMD c\n", 4),
    ],
)
def test_bits_are_stripped_by_root_and_as_late_as_it_can(text: str, before: int) -> None:
    changes = lower(dockerfile(text), [Fill(0, Slot.SETUID, ("strip",))])
    assert changes == [Insert(before, "RUN", ("strip",))]
    assert obstacle(last_stage(text), Slot.SETUID) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("FROM nginxinc/nginx-unprivileged:1.27\nCOPY a /b\n", "no part of the stage runs as root"),
        ("FROM debian:12\nUSER 1\nCOPY --from=x /a /a\n", "line 3 adds files of root"),
        ("FROM debian:12\nUSER 1\nADD a.tar /\nCMD b\n", "line 3 adds files of root"),
    ],
)
def test_what_stands_in_the_way(text: str, words: str) -> None:
    assert words in obstacle(last_stage(text), Slot.SETUID)


@pytest.mark.parametrize("line", ["COPY a /b", "COPY --from=x --chown=1:1 /a /b", "ADD --chown=1:1 a.tar /b", "RUN c"])
def test_what_does_not(line: str) -> None:
    assert obstacle(last_stage(f"FROM debian:12\nUSER 1\n{line}\n"), Slot.SETUID) == ""
