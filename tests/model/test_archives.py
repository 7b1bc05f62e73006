"""What ADD would unpack, by content where that is there."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from hardener.model.dockerfile.archives import is_archive, is_fetched, is_named_archive
from hardener.model.dockerfile.stages import Dockerfile
from tests.model.dockerfiles import project


def tar() -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a"))
    return raw.getvalue()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_content_decides(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    found = project(tmp_path, "FROM scratch\n")
    [document] = found.documents
    assert isinstance(document, Dockerfile)
    (tmp_path / "a.txt").write_bytes(pack(tar()))
    (tmp_path / "b").write_bytes(b"#!/bin/sh\n")
    assert is_archive(found, document, "a.txt") is True
    assert is_archive(found, document, "/a.txt") is True
    assert is_archive(found, document, "b") is False
    assert is_archive(found, document, ".") is False


@pytest.mark.parametrize(
    ("source", "expected"),
    [("c.py", False), ("src/", False), (".env", False), ("*.json", False), ("a.jar", False), ("Makefile", False)]
    + [(name, None) for name in ("c", "dist/*", "c.bin", "a.?", "[ab]", "src/data")],
)
def test_without_a_file_the_name_does(tmp_path: Path, source: str, expected: bool | None) -> None:
    found = project(tmp_path, "FROM scratch\n")
    [document] = found.documents
    assert isinstance(document, Dockerfile)
    assert is_archive(found, document, source) is expected


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz", "a.TGZ", "a.tbz2", "a.tar.zst", "b/a.tar.lz4", "a.gz", "x.apk"])
def test_names_of_archives(name: str) -> None:
    assert is_named_archive(name)


@pytest.mark.parametrize("name", ["a.target", "tar", "a.zip", "a.tar/", "a.war", "star.txt"])
def test_names_of_others(name: str) -> None:
    assert not is_named_archive(name)


@pytest.mark.parametrize("source", ["https://a/b", "HTTP://a/b", "git@a:b.git", "ssh://a/b", "github.com/a/b"])
def test_addresses(source: str) -> None:
    assert is_fetched(source)


@pytest.mark.parametrize("source", ["https", "a/https://b", "github/com", "./git@b"])
def test_no_addresses(source: str) -> None:
    assert not is_fetched(source)
