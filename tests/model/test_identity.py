from __future__ import annotations

from pathlib import Path

import pytest

from hardener.model.dockerfile.candidates import How
from hardener.model.dockerfile.identity import StageIdentity, Task
from hardener.model.dockerfile.stages import Dockerfile
from hardener.model.evidence import Start
from hardener.model.finding import Safety
from hardener.model.settings import Settings, User
from tests.model.dockerfiles import project

STARTS = '\nCMD ["true"]\n'


def identity(folder: Path, text: str, settings: Settings | None = None) -> StageIdentity:
    made = project(folder, text + STARTS, settings=settings)
    document = made.documents[0]
    assert isinstance(document, Dockerfile)
    return made.identity(document, document.stages[-1])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM debian:12\nUSER 5:6", (Task.NOTHING, "5:6", None, Start.NON_ROOT)),
        ("FROM registry.example.com/x:1\nUSER 5:6", (Task.NOTHING, "5:6", None, Start.NON_ROOT)),
        ("FROM gcr.io/distroless/static-debian12:nonroot", (Task.NOTHING, "65532:65532", None, Start.NON_ROOT)),
        ("FROM python:3.12-slim", (Task.CREATE, "0:0", "10001:10001", Start.ROOT)),
        ("FROM python:3.12-slim\nUSER 0:1000", (Task.CREATE, "0:0", "10001:10001", Start.ROOT)),
        ("FROM scratch", (Task.CREATE, "0:0", "10001:10001", Start.ROOT)),
        ("FROM node:20\nUSER node", (Task.NUMBER, "1000:1000", "1000:1000", Start.NON_ROOT)),
        ("FROM node:20\nUSER node:node", (Task.NUMBER, "1000:1000", "1000:1000", Start.NON_ROOT)),
        ("FROM node:20\nUSER 1000", (Task.NUMBER, "1000:1000", "1000:1000", Start.NON_ROOT)),
        ("FROM node:20\nUSER node:0", (Task.NUMBER, "1000:0", "1000:0", Start.NON_ROOT)),
        ("FROM node:20\nUSER 777", (Task.NUMBER, None, None, Start.NON_ROOT)),
        ("FROM node:20\nUSER 7", (Task.NUMBER, "7:7", "7:7", Start.NON_ROOT)),
        ("FROM node:20\nUSER 7777", (Task.NUMBER, "7777:0", "7777:7777", Start.NON_ROOT)),
        ("FROM node:20\nRUN chgrp -R 0 /app\nUSER 7777", (Task.NUMBER, "7777:0", "7777:0", Start.NON_ROOT)),
        ("FROM node:20\nRUN chmod -R g=u /app\nUSER 7777", (Task.NUMBER, "7777:0", "7777:0", Start.NON_ROOT)),
        ("FROM node:20\nCOPY --chown=7777:0 . /app\nUSER 7777", (Task.NUMBER, "7777:0", "7777:0", Start.NON_ROOT)),
        ("FROM node:20\nRUN useradd x\nUSER 1001", (Task.NUMBER, None, None, Start.NON_ROOT)),
        ("FROM debian:12\nUSER www-data", (Task.NUMBER, "33:33", "33:33", Start.NON_ROOT)),
        ("FROM alpine:3.20\nUSER nobody:nogroup", (Task.NUMBER, "65534:65533", "65534:65533", Start.NON_ROOT)),
        ("FROM scratch\nUSER 7777", (Task.NUMBER, "7777:0", "7777:7777", Start.NON_ROOT)),
        ("FROM node:20\nRUN useradd -r -u 7 web\nUSER web", (Task.NUMBER, None, "7:7", Start.NON_ROOT)),
        ("FROM node:20\nRUN useradd -ou 0 toor\nUSER toor", (Task.CREATE, "0:0", None, Start.ROOT)),
        ("FROM registry.example.com/x:1", (Task.UNKNOWN, None, None, Start.UNKNOWN)),
        ("FROM debian:12\nUSER $X", (Task.UNKNOWN, None, None, Start.UNKNOWN)),
        ("FROM mcr.microsoft.com/windows/nanoserver:1809\nUSER 5:6", (Task.UNKNOWN, None, None, Start.UNKNOWN)),
    ],
)
def test_who_runs(tmp_path: Path, text: str, expected: tuple[Task, str | None, str | None, Start]) -> None:
    found = identity(tmp_path, text)
    current, planned = (str(user) if user else None for user in (found.current, found.planned))
    assert (found.task, current, planned, found.start) == expected


@pytest.mark.parametrize(
    ("text", "user", "planned", "how"),
    [
        ("FROM python:3.12-slim", User(2005, 2006), "2005:2006", How.MADE),
        ("FROM scratch", User(2005, 2006), "2005:2006", How.NUMBER_ONLY),
        ("FROM python:3.12-slim\nRUN useradd -u 7 x", User(2005, 2006), "7:7", How.OF_FILE),
        ("FROM python:3.12-slim\nRUN useradd x", User(2005, 2006), "2005:2006", How.OF_FILE),
        ("FROM python:3.12-slim\nRUN useradd -r -u 7 x", User(2005, 2006), "7:7", How.OF_FILE),
        ("FROM python:3.12-slim\nRUN useradd -r -u 7 x", User(7, 8), "7:8", How.OF_FILE),
        (
            "FROM python:3.12-slim\nRUN useradd a\nUSER a\nRUN useradd b\nUSER root",
            User(2005, 2006),
            "2005:2006",
            How.OF_FILE,
        ),
        ("FROM python:3.12-slim", User(33, 33, "web"), "33:33", How.OF_BASE),
        ("FROM python:3.12-slim\nCOPY --chown=nobody . /app", User(2005, 2006), "65534:65534", How.OF_BASE),
        ("FROM python:3.12-slim\nRUN chown -R www-data:www-data /srv/x", User(2005, 2006), "33:33", How.OF_BASE),
        ("FROM python:3.12-slim\nRUN chown nobody /etc/x", User(2005, 2006), "2005:2006", How.MADE),
        ("FROM python:3.12-slim\nCOPY --chown=x . /app", User(2005, 2006), "2005:2006", How.MADE),
        ("FROM gcr.io/distroless/static-debian12", User(2005, 2006), "65532:65532", How.OF_BASE),
        ("FROM node:20", User(1000, 1000), "1000:1000", How.OF_BASE),
        ("FROM node:20", User(2005, 2006, "node"), "1000:1000", How.OF_BASE),
        ("FROM node:20", User(2005, 2006), "2005:2006", How.MADE),
        ("FROM node:20", User(1000, 2006), None, None),
        ("FROM node:20", User(2006, 1000), None, None),
        ("FROM python:3.12-slim\nRUN groupadd app", User(2005, 2006), None, None),
        ('FROM postgres:16\nENTRYPOINT ["true"]', User(2005, 2006), "999:999", How.OF_BASE),
        ("FROM gcr.io/distroless/static-debian12:nonroot\nUSER root", User(2005, 2006), "65532:65532", How.OF_BASE),
    ],
)
def test_whom_it_gets(tmp_path: Path, text: str, user: User, planned: str | None, how: How | None) -> None:
    found = identity(tmp_path, text, Settings(user=user))
    assert (str(found.planned) if found.planned else None) == planned
    assert (found.account.how if found.account else None) == how
    assert (found.verdict.safety is Safety.HELD) == (planned is None)


def test_a_configured_user_is_preferred_and_is_a_proof(tmp_path: Path) -> None:
    settings = Settings(users={"Dockerfile": User(101, 101)})
    found = identity(tmp_path, "FROM nginx:1.27\nUSER root", settings)
    assert str(found.planned) == "101:101"
    assert found.verdict.safety is Safety.SAFE
    assert "configuration" in found.verdict.evidence[0]
    assert identity(tmp_path, "FROM nginx:1.27").verdict.safety is Safety.HELD


def test_a_configured_user_does_not_overrule_a_step_down(tmp_path: Path) -> None:
    settings = Settings(users={"Dockerfile": User(999, 999)})
    assert identity(tmp_path, "FROM postgres:16", settings).verdict.safety is Safety.HELD


@pytest.mark.parametrize("user", ["root", "0", "root:root", "0:0"])
def test_a_final_root_is_a_decision(tmp_path: Path, user: str) -> None:
    found = identity(tmp_path, f"FROM python:3.12-slim\nUSER {user}")
    assert found.verdict.safety is Safety.UNSAFE
    assert f"`USER {user}` stands there" in found.verdict.reason


def test_a_final_root_after_a_user_of_its_own_is_none(tmp_path: Path) -> None:
    found = identity(tmp_path, "FROM python:3.12-slim\nRUN useradd -u 5 web\nUSER web\nUSER root")
    assert (found.verdict.safety, str(found.user)) == (Safety.SAFE, "5:5")


def test_the_bases_entrypoint_is_kept_until_the_file_has_one(tmp_path: Path) -> None:
    assert identity(tmp_path, "FROM postgres:16").keeps_entrypoint
    assert not identity(tmp_path, 'FROM postgres:16\nENTRYPOINT ["true"]').keeps_entrypoint
