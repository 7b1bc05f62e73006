from __future__ import annotations

import pytest

from hardener.model.places import is_programs, resolve
from hardener.text.instructions import UnparsableError
from tests.model.dockerfiles import dockerfile, last_stage

STAGES = """\
ARG TAG=3.12
ARG REGISTRY
FROM --platform=linux/amd64 python:${TAG}-slim AS Base
ENV HOME=/home/web
USER web
FROM base AS build
WORKDIR /src
FROM ${REGISTRY}/tools
FROM build
"""


def test_stages_know_their_bases_and_parents() -> None:
    found = dockerfile(STAGES)
    assert [(stage.subject, stage.base, stage.parent and stage.parent.number) for stage in found.stages] == [
        ("stage base", "python:3.12-slim", None),
        ("stage build", "base", 0),
        ("stage 3", None, None),
        ("stage 4", "build", 1),
    ]
    assert [stage.number for stage in found.stages[3].chain] == [0, 1, 3]
    assert [stage.number for stage in found.children(found.stages[0])] == [1]
    assert [stage.is_last for stage in found.stages] == [False, False, False, True]
    assert found.stages[0].platform == "linux/amd64"
    assert found.source.text[found.stages[1].start : found.stages[1].end] == "FROM base AS build\nWORKDIR /src"


def test_stages_are_found_by_name_and_number() -> None:
    found = dockerfile(STAGES)
    assert found.stage(None) is found.stages[3]
    assert found.stage("BUILD") is found.stages[1]
    assert found.stage("2") is found.stages[2]
    assert found.stage("none") is None
    assert found.stage("4") is None


def test_subjects_are_unique_where_names_are_not() -> None:
    found = dockerfile("FROM a AS x\nFROM b AS X\nFROM x\n")
    assert [stage.subject for stage in found.stages] == ["stage x", "stage 2", "stage 3"]
    assert found.stages[2].parent is found.stages[1], "BuildKit takes the last one of a name"


def test_a_file_without_stages_has_none() -> None:
    assert dockerfile("# nothing\nARG X=1\n").stages == ()
    assert dockerfile("").stage(None) is None


def test_what_does_not_parse_is_an_error() -> None:
    with pytest.raises(UnparsableError):
        dockerfile("FROM a\nRUN <<EOF\n")


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("FROM python:3.12-slim", "shadow"),
        ("FROM python:3.12-alpine AS a\nFROM a", "busybox"),
        ("FROM scratch", "none"),
        ("FROM registry.example.com/x:1", "unknown"),
        ("FROM python:${TAG}", "unknown"),
        ("FROM --platform=windows/amd64 x", "windows"),
        ("FROM mcr.microsoft.com/windows/servercore:ltsc2022", "windows"),
        ('FROM x\nSHELL ["powershell", "-Command"]', "windows"),
        ('FROM python:3.12\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]', "shadow"),
    ],
)
def test_family(text: str, family: str) -> None:
    assert last_stage(text).family == family


@pytest.mark.parametrize(
    ("text", "expanded", "fixed"),
    [
        ("FROM a\nUSER web", "web", True),
        ("FROM a\nARG U=1000\nUSER $U:${G:-5}", "1000:5", False),
        ("FROM a\nENV U=1000\nUSER ${U}", "1000", True),
        ("FROM a\nENV U 1000\nUSER ${U}", "1000", True),
        ("FROM a\nENV U=1\nARG U=2\nUSER ${U}", "1", True),
        ("FROM a\nARG X=7\nENV U=$X\nUSER ${U}", "7", False),
        ("ARG U=3\nFROM a\nARG U\nUSER ${U}", "3", False),
        ("ARG U=3\nFROM a\nUSER ${U}", None, False),
        ("FROM a AS b\nARG U=4\nUSER x\nFROM b\nUSER ${U}", "4", False),
        ("FROM a AS b\nUSER x\nFROM b\nCOPY . .", "x", True),
        ("FROM a\nUSER x\nUSER y", "y", True),
    ],
)
def test_user_in_force(text: str, expanded: str | None, fixed: bool) -> None:
    user = last_stage(text).user
    assert user is not None
    assert (user.expanded, user.fixed) == (expanded, fixed)


@pytest.mark.parametrize(
    ("text", "destination"),
    [
        ("FROM a\nWORKDIR /app\nCOPY . .", "/app/"),
        ("FROM a\nWORKDIR /app\nWORKDIR sub/../x\nCOPY a b ./", "/app/x/"),
        ("FROM a\nWORKDIR /app\nCOPY a lib/b", "/app/lib/b"),
        ("FROM a AS b\nWORKDIR /app\nFROM b\nCOPY a c", "/app/c"),
        ("FROM a\nCOPY a c", None),
        ("FROM a\nWORKDIR $WHERE\nCOPY a c", None),
        ("FROM a\nENV D=/srv\nWORKDIR ${D}/x\nCOPY a .", "/srv/x/"),
        ('FROM a\nCOPY ["a b", "/srv/c d/"]', "/srv/c d/"),
        ("FROM a\nCOPY <<EOF /etc/x\ny\nEOF", "/etc/x"),
        ("FROM a\nCOPY a /", "/"),
    ],
)
def test_destinations_of_copies(text: str, destination: str | None) -> None:
    assert last_stage(text).copies[-1].destination == destination


@pytest.mark.parametrize(
    ("path", "workdir", "expected"),
    [
        ("/app/", None, True),
        ("/app/x", "/", True),
        ("/opt/shop", None, True),
        ("/home/web/.cache", None, True),
        ("/usr/src/app", "/usr/src/app", True),
        ("/usr/share/nginx/html/", None, True),
        ("/shop/x", "/shop", True),
        ("/shop", None, False),
        ("/opt/", "/opt", False),
        ("/", "/", False),
        ("/application", None, False),
        ("/etc/app", "/etc", False),
        ("/usr/local/bin/x", "/usr/local/bin", False),
        ("/entrypoint.sh", "/", False),
        ("/root/x", "/root", False),
    ],
)
def test_whose_a_place_is(path: str, workdir: str | None, expected: bool) -> None:
    assert is_programs(path, workdir) is expected


def test_two_slashes_at_the_front_are_one() -> None:
    assert resolve("//app", None) == "/app"


def test_prepared_paths() -> None:
    stage = last_stage(
        "FROM a\nWORKDIR /app\nVOLUME /data /app/uploads\n"
        "RUN mkdir -p logs /data /x/{a,b} && mkdir --mode=755 /app/tmp/"
    )
    assert [tuple(found) for found in stage.prepared_paths()] == [
        ("/data", "data", True),
        ("/app/uploads", "data", True),
        ("/app/logs", "runtime", False),
        ("/app/tmp", "scratch", False),
    ]
