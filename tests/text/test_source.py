import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardener.text.source import Reader, Source, UnreadableError

BOM = b"\xef\xbb\xbf"


def from_bytes(raw):
    return Source.from_bytes(Path("/x.yaml"), "x.yaml", raw)


@given(st.text(), st.booleans())
def test_a_text_comes_back_as_the_same_bytes(text, bom):
    raw = (BOM if bom else b"") + text.replace("\0", "").removeprefix("\ufeff").encode()
    source = from_bytes(raw)
    assert source.encode(source.text) == raw == source.raw
    assert source.bom == bom


@pytest.mark.parametrize(
    ("text", "newline"),
    [
        ("", "\n"),
        ("a", "\n"),
        ("a\nb\n", "\n"),
        ("a\r\nb\r\n", "\r\n"),
        ("a\r\nb\r\nc\n", "\r\n"),
        ("a\r\nb\n", "\n"),
        ("a\rb\rc", "\n"),
    ],
)
def test_the_newline_is_that_of_most_lines(text, newline):
    assert Source.from_text("x", text).newline == newline


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("a: 1".encode("utf-16"), "is UTF-16, only UTF-8 is supported"),
        (b"\xfe\xff\0a", "is UTF-16, only UTF-8 is supported"),
        ("a: 1".encode("utf-32"), "is UTF-32, only UTF-8 is supported"),
        (b"\0\0\xfe\xff\0\0\0a", "is UTF-32, only UTF-8 is supported"),
        ("a: 1".encode("utf-16-le"), "looks like UTF-16, only UTF-8 is supported"),
        ("a: 1".encode("utf-16-be"), "looks like UTF-16, only UTF-8 is supported"),
        ("a".encode("utf-16-le"), "looks like UTF-16, only UTF-8 is supported"),
        ("a: 1".encode("utf-32-le"), "looks like UTF-32, only UTF-8 is supported"),
        ("a: 1".encode("utf-32-be"), "looks like UTF-32, only UTF-8 is supported"),
        (b"a: 1\nb: \0", "holds a NUL byte at offset 8 (line 2), so it is no text"),
        (b"a: 1\n\nb: \xe9t\xe9\n", "is not valid UTF-8: byte 0xe9 at offset 9 (line 3)"),
        (BOM + b"a\xff", "is not valid UTF-8: byte 0xff at offset 4 (line 1)"),
        (b"a: \xed\xa0\x80", "is not valid UTF-8: byte 0xed at offset 3 (line 1)"),
        (b"a: \xe2\x82", "is not valid UTF-8: byte 0xe2 at offset 3 (line 1)"),
    ],
)
def test_what_is_no_utf8_text_is_refused_with_the_reason(raw, reason):
    with pytest.raises(UnreadableError) as caught:
        from_bytes(raw)
    assert caught.value.reason == reason


@pytest.fixture
def project(tmp_path):
    (tmp_path / "project" / "api").mkdir(parents=True)
    (tmp_path / "project" / "api" / "compose.yaml").write_bytes(b"\xef\xbb\xbfa: 1\r\n")
    (tmp_path / "outside.yaml").write_bytes(b"secret")
    return tmp_path / "project"


def reason_of(reader, path):
    with pytest.raises(UnreadableError) as caught:
        reader.read(path)
    return caught.value.reason


def test_names_start_at_the_base(project):
    path = project / "api" / "compose.yaml"
    assert Reader(project, base=project).read(path).name == "api/compose.yaml"
    assert Reader(project, base=project / "api").read(path).name == "compose.yaml"
    (project / "web").mkdir()
    assert Reader(project, base=project / "web").read(path).name == "../api/compose.yaml"


def test_relative_paths_start_at_the_base(project):
    source = Reader(project, base=project / "api").read(Path("compose.yaml"))
    assert (source.path, source.text, source.bom, source.newline) == (
        (project / "api" / "compose.yaml").resolve(),
        "a: 1\r\n",
        True,
        "\r\n",
    )


@pytest.mark.parametrize("way", ["../outside.yaml", "api/../../outside.yaml", "link.yaml", "folder/outside.yaml"])
def test_nothing_leads_out_of_the_root(project, way):
    (project / "link.yaml").symlink_to(project.parent / "outside.yaml")
    (project / "folder").symlink_to(project.parent)
    reader = Reader(project, base=project)
    assert reason_of(reader, project / way) == f"lies outside {project.resolve()}"
    assert reason_of(reader, Path(way)) == f"lies outside {project.resolve()}"
    assert not reader.exists(Path(way))


def test_a_folder_whose_name_begins_like_the_root_is_outside(project):
    beside = project.with_name("project-two")
    beside.mkdir()
    (beside / "x.yaml").write_bytes(b"")
    assert reason_of(Reader(project), beside / "x.yaml").startswith("lies outside")


def test_what_was_named_may_be_read_anywhere(project):
    reader = Reader(project, base=project)
    outside = project.parent / "outside.yaml"
    reader.allow(outside)
    assert reader.read(outside).text == "secret"
    assert reader.read(Path("../outside.yaml")).name == outside.resolve().as_posix()
    (project.parent / "other").mkdir()
    (project.parent / "other" / "x.yaml").write_bytes(b"x")
    assert not reader.exists(project.parent / "other" / "x.yaml")
    reader.allow(project.parent / "other")
    assert reader.exists(project.parent / "other" / "x.yaml")


def test_a_link_inside_is_read_under_its_target(project):
    (project / "compose.yaml").symlink_to("api/compose.yaml")
    source = Reader(project, base=project).read(project / "compose.yaml")
    assert source.name == "api/compose.yaml"
    assert source.path == (project / "api" / "compose.yaml").resolve()


def test_an_overlay_stands_in_for_the_file_and_needs_none(project):
    new, old = project / "new" / "Dockerfile", project / "api" / "compose.yaml"
    reader = Reader(project, {new: b"FROM a\n", old: b"b: 2\n"}, base=project)
    assert reader.read(Path("new/Dockerfile")).text == "FROM a\n"
    assert reader.read(old).text == "b: 2\n"
    assert reader.is_file(new)
    assert reader.is_folder(new.parent)
    assert not reader.is_folder(new)
    assert not reader.is_folder(Path("a\0b"))
    assert Reader(project, {project.parent / "gone.yaml": b"x"}).read(project.parent / "gone.yaml").text == "x"


def test_what_is_no_file_is_refused_with_the_reason(project):
    os.mkfifo(project / "pipe")
    (project / "loop").symlink_to("loop")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(project / "socket"))
    reader = Reader(project, base=project)
    reader.allow(Path("/dev/null"))
    assert reason_of(reader, project / "pipe") == "is not a regular file"
    assert reason_of(reader, project / "socket") == "is not a regular file"
    assert reason_of(reader, Path("/dev/null")) == "is not a regular file"
    assert reason_of(reader, project / "api") == "is a folder"
    assert reason_of(reader, project / "missing.yaml") == "does not exist"
    assert reason_of(reader, project / "api" / "compose.yaml" / "x") == "cannot be read (Not a directory)"
    assert reason_of(reader, project / "loop").startswith("cannot be read")
    assert reason_of(reader, Path("a\0b")).startswith("is not a possible path")
    assert reason_of(reader, Path("\ud800")).startswith("is not a possible path")
    assert reader.exists(project / "api")
    assert reader.is_folder(project / "api")
    assert not reader.is_folder(project / "none")
    assert not reader.is_folder(Path("a\0b"))
    assert not reader.is_file(project / "api")
    assert not reader.exists(Path("a\0b"))


def test_a_file_that_may_not_be_read_is_said_to_be_that(project, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    reason = reason_of(Reader(project), project / "api" / "compose.yaml")
    assert reason == "may not be read (permission denied)"


def test_the_size_limit_is_for_files_and_overlays(project):
    path = project / "big.yaml"
    path.write_bytes(b"x" * 11)
    assert reason_of(Reader(project, limit=10), path) == "is larger than the limit of 10 bytes"
    assert reason_of(Reader(project, {path: b"y" * 11}, limit=10), path) == "is larger than the limit of 10 bytes"
    assert Reader(project, limit=11).read(path).text == "x" * 11


def test_bytes_can_be_looked_at_before_they_are_decoded(project):
    reader = Reader(project, base=project)
    path = Path("api/compose.yaml")
    assert reader.decode(path, reader.read_bytes(path)) == reader.read(path)


def test_an_error_names_the_file(project):
    with pytest.raises(UnreadableError, match=r"missing\.yaml: does not exist"):
        Reader(project).read(project / "missing.yaml")
