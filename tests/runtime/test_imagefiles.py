import io
import struct
import tarfile

import pytest

from hardener.runtime.imagefiles import read_files

NET_RAW = struct.pack("<IIIII", 0x02000001, 1 << 13, 0, 0, 0).decode("utf-8", "surrogateescape")
BPF = struct.pack("<IIIII", 0x02000001, 0, 0, 1 << 7, 0).decode("utf-8", "surrogateescape")


def archive(*entries):
    """Return a file system of (path, mode, kind, file capabilities) in chunks that end anywhere."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path, mode, kind, capabilities in entries:
            entry = tarfile.TarInfo(path)
            entry.mode, entry.type = mode, kind
            if capabilities:
                entry.pax_headers = {"SCHILY.xattr.security.capability": capabilities}
            tar.addfile(entry)
    data = packed.getvalue()
    return [data[start : start + 700] for start in range(0, len(data), 700)]


def test_setuid_files_are_those_that_raise_ids():
    files = read_files(
        archive(
            ("usr/bin/passwd", 0o4755, tarfile.REGTYPE, ""),
            ("usr/bin/chage", 0o2755, tarfile.REGTYPE, ""),
            ("var/mail", 0o2775, tarfile.DIRTYPE, ""),
            ("run/lockfile", 0o2644, tarfile.REGTYPE, ""),
            ("usr/lib/unused", 0o4644, tarfile.REGTYPE, ""),
            ("usr/bin/env", 0o755, tarfile.REGTYPE, ""),
        )
    )
    assert files.setuid == ("/usr/bin/chage", "/usr/bin/passwd")


def test_file_capabilities_have_names():
    files = read_files(
        archive(("usr/bin/ping", 0o755, tarfile.REGTYPE, NET_RAW), ("usr/sbin/tracer", 0o755, tarfile.REGTYPE, BPF))
    )
    assert files.capabilities == (("/usr/bin/ping", ("NET_RAW",)), ("/usr/sbin/tracer", ("BPF",)))


def test_what_anybody_may_write():
    files = read_files(
        archive(
            ("srv/open", 0o777, tarfile.DIRTYPE, ""),
            ("tmp", 0o1777, tarfile.DIRTYPE, ""),
            ("etc/motd", 0o666, tarfile.REGTYPE, ""),
            ("lib", 0o777, tarfile.SYMTYPE, ""),
            ("etc/hosts", 0o644, tarfile.REGTYPE, ""),
        )
    )
    assert files.world_writable == ("/etc/motd", "/srv/open")


def test_programs_that_make_root_are_found_where_programs_are():
    files = read_files(
        archive(
            ("usr/bin/sudo", 0o755, tarfile.REGTYPE, ""),
            ("bin/su", 0o777, tarfile.SYMTYPE, ""),
            ("usr/share/doc/sudo", 0o644, tarfile.REGTYPE, ""),
        )
    )
    assert files.switches == ("/bin/su", "/usr/bin/sudo")


def test_what_is_no_archive_is_an_error():
    with pytest.raises(tarfile.TarError):
        read_files([b"no archive"])
