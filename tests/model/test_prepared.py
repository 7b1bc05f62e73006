from __future__ import annotations

import pytest

from hardener.model.dockerfile.ownerchanges import given_away, removed
from hardener.model.dockerfile.prepared import made_folders
from hardener.model.dockerfile.steps import steps
from tests.model.dockerfiles import last_stage


def stage_of(run: str) -> str:
    return f"FROM a\nWORKDIR /app\nENV LOGS=/var/log/shop\nRUN {run}\n"


@pytest.mark.parametrize(
    ("run", "paths"),
    [
        ("mkdir logs /data/", ["/app/logs", "/data"]),
        ("mkdir -pm 755 a && mkdir --mode=700 -v b && mkdir -m700 c", ["/app/a", "/app/b", "/app/c"]),
        ("install -d -m 750 -o web a /b && install -m 644 x /c", ["/app/a", "/b"]),
        ("cd /srv && mkdir a && cd b && mkdir c", ["/srv/a", "/srv/b/c"]),
        ("cd $HERE && mkdir a /b", ["/b"]),
        ("(cd /srv && mkdir a); mkdir b /c", ["/c"]),
        ('mkdir $LOGS ${LOGS}/old "$LOGS/x"', ["/var/log/shop", "/var/log/shop/old", "/var/log/shop/x"]),
        ("mkdir {a,b} ~/c $(pwd)/d `pwd`/e $UNKNOWN/f g*", []),
        ("echo mkdir a", []),
    ],
)
def test_what_commands_make(run: str, paths: list[str]) -> None:
    assert [made.path for made in made_folders(last_stage(stage_of(run)))] == paths


@pytest.mark.parametrize(
    ("run", "made_for_writing"),
    [
        ("mkdir /srv/x", True),
        ("mkdir /srv/x && chown 1 /srv/x && chmod 750 /srv/x && ls /srv/x", True),
        ("mkdir /srv/x && tar -C /srv/x -xf /t", False),
        ("mkdir /srv/x && cd /srv/x && make", False),
        ("mkdir /srv/x && echo a > /srv/x/b", False),
        ("mkdir -p /srv/x /srv/x/y", False),
        ("mkdir /srv/src", False),
        ("mkdir /srv/logs && echo > /srv/logs/a", True),
        ("mkdir /var/lib/shop && cp a /var/lib/shop", True),
        ("mkdir /etc/logs /usr/share/logs /tmp/logs", False),
    ],
)
def test_what_is_made_for_writing(run: str, made_for_writing: bool) -> None:
    stage = last_stage(stage_of(run))
    first = next(made_folders(stage)).path
    assert (first in {found.path for found in stage.prepared_paths()}) == made_for_writing


@pytest.mark.parametrize("line", ["WORKDIR /srv/x", "WORKDIR /srv/x/y", "COPY a /srv/x/", "COPY a b /srv/x/y/"])
def test_a_folder_that_is_filled_is_not_for_writing(line: str) -> None:
    stage = last_stage(f"FROM a\nRUN mkdir /srv/x\n{line}\n")
    assert not list(stage.prepared_paths())


@pytest.mark.parametrize(
    ("run", "path", "covered"),
    [
        ("chown a /x", "/x", True),
        ("chown a /x", "/x/y", False),
        ("chown -R a /x", "/x/y/z", True),
        ("chown -hR a /x/*", "/x/y", True),
        ("chown a /x/*", "/x/y", True),
        ("chown a /x/*", "/x/y/z", False),
        ("chown --recursive a .", "/app/logs", True),
        ("chown a $SOMEWHERE/logs", "/app/logs", True),
        ("chown a $SOMEWHERE", "/app/logs", False),
        ("chgrp -R 0 /x", "/x/y", True),
        ("install -d -o a /x", "/x", True),
        ("install -d /x", "/x", False),
        ("chmod 777 /x", "/x", True),
        ("chmod -R 777 /x", "/x/y", True),
        ("chmod 755 /x", "/x", False),
        ("mkdir -m 777 /x", "/x", True),
        ("install -dm0777 /x", "/x", True),
        ("find /x -exec chown a {} +", "/x/y", True),
        ("find /x -delete", "/x", False),
        ("chown a", "/a", False),
    ],
)
def test_what_is_given_away(run: str, path: str, covered: bool) -> None:
    stage = last_stage(stage_of(run))
    assert any(mention.covers(path) for mention in given_away(stage)) == covered


def test_what_is_removed() -> None:
    found = removed(last_stage(stage_of("rm -rf /a /b/* && mv /c /d")))
    assert [path for path in ("/a", "/a/x", "/b", "/c") if any(mention.covers(path) for mention in found)] == [
        "/a",
        "/a/x",
        "/c",
    ]


def test_who_runs_a_command() -> None:
    stage = last_stage("FROM debian:12\nRUN a\nUSER web\nRUN b\nUSER 0\nRUN c\n")
    assert [(step.command.name, step.is_root) for step in steps(stage)] == [("a", True), ("b", False), ("c", True)]
