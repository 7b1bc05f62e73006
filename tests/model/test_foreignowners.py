"""Which files of a service may be closed to its root, or to a user who takes root's place."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardener.model.compose import composefile as compose
from hardener.model.foreignowners import files_of_others, private_files
from hardener.text import yamltree
from hardener.text.source import Reader, Source

SECRET = "    secrets: [token]\nsecrets:\n  token:\n    file: token.txt\n"


def found(folder: Path, body: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    file = compose.parse(
        Source.from_text("compose.yaml", text := f"services:\n  web:\n    image: a\n{body}"), yamltree.parse(text)
    )
    assert file is not None
    file.folder = folder
    reader = Reader(folder)
    return files_of_others(file.services[0], reader), private_files(file.services[0], reader)


@pytest.mark.parametrize(("mode", "closed"), [(0o600, True), (0o640, True), (0o644, False), (None, True)])
def test_a_secret_counts_unless_everybody_may_read_its_file(tmp_path: Path, mode: int | None, *, closed: bool) -> None:
    if mode is not None:
        (tmp_path / "token.txt").touch()
        (tmp_path / "token.txt").chmod(mode)
    expected = ("secrets: token",) if closed else ()
    assert found(tmp_path, SECRET) == (expected, expected)


@pytest.mark.parametrize("secret", ["    environment: TOKEN\n", "    external: true\n"])
def test_a_secret_that_is_no_file_of_the_host_does_not_count(tmp_path: Path, secret: str) -> None:
    body = f"    secrets:\n      - source: token\n        target: /token\nsecrets:\n  token:\n{secret}"
    assert found(tmp_path, body) == ((), ())


@pytest.mark.parametrize(
    ("volume", "of_others", "private"),
    [
        ("./certs:/certs:ro", True, True),
        ("./tls.key:/etc/tls.key:ro", True, True),
        ("/etc/letsencrypt:/etc/letsencrypt:ro", False, True),
        ("/etc/ssl/private:/etc/ssl/private:ro", False, True),
        ("./data:/data", True, False),
        ("./web.conf:/etc/web.conf", False, False),
        ("./html:/usr/share/nginx/html:ro", False, False),
        ("./monkeys:/monkeys:ro", False, False),
        ("./environments:/environments:ro", False, False),
    ],
)
def test_names_tell_what_is_private(tmp_path: Path, volume: str, *, of_others: bool, private: bool) -> None:
    expected = ((volume,) if of_others else (), (volume,) if private else ())
    assert found(tmp_path, f"    volumes: ['{volume}']\n") == expected


def test_a_private_file_that_everybody_may_read_is_open_to_a_user(tmp_path: Path) -> None:
    (tmp_path / "tls.pem").touch()
    (tmp_path / "tls.pem").chmod(0o644)
    assert found(tmp_path, "    volumes: ['./tls.pem:/tls.pem:ro']\n")[1] == ()
