import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hardener.text import write as module
from hardener.text.source import Reader
from hardener.text.write import ChangedMeanwhileError, WriteError, create, write

OLD, NEW = "\ufeffa: 1\r\n", "a: 2\r\n"


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "compose.yaml"
    file.write_bytes(OLD.encode())
    return file


def read(path):
    reader = Reader(path.parent)
    reader.allow(path)
    return reader.read(path)


def assert_untouched(path, expected=OLD):
    assert path.read_bytes() == expected.encode()
    assert list(path.parent.iterdir()) == [path]


def test_the_new_text_is_written_with_the_byte_order_mark(path):
    write(read(path), NEW)
    assert path.read_bytes() == b"\xef\xbb\xbfa: 2\r\n"
    assert list(path.parent.iterdir()) == [path]


def test_the_same_text_is_not_written(path):
    source, before = read(path), path.stat()
    write(source, source.text)
    assert path.stat().st_ino == before.st_ino


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664, 0o755, 0o200 | 0o444])
def test_the_mode_is_kept(path, mode):
    path.chmod(mode)
    write(read(path), NEW)
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_the_times_are_new(path):
    os.utime(path, (1_000_000, 1_000_000))
    write(read(path), NEW)
    assert path.stat().st_mtime > 1_000_000


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_the_owner_is_kept(path):
    os.chown(path, 1234, 2345)
    write(read(path), NEW)
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 2345)


def test_without_the_right_to_give_files_away_the_group_is_kept_and_the_file_written(path, monkeypatch):
    asked = []

    def chown(_, user, group):
        asked.append((user, group))
        raise PermissionError

    monkeypatch.setattr(os, "chown", chown)
    write(read(path), NEW)
    owner = path.stat()
    assert asked == [(owner.st_uid, owner.st_gid), (-1, owner.st_gid)]
    assert path.read_bytes().endswith(NEW.encode())


def test_a_link_stays_and_its_target_is_written(path, tmp_path):
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "compose.yaml"
    link.symlink_to("../compose.yaml")
    write(read(link), NEW)
    assert link.is_symlink()
    assert path.read_bytes().endswith(NEW.encode())
    assert list(link.parent.iterdir()) == [link]


def test_another_hard_link_keeps_the_old_text(path, tmp_path):
    other = tmp_path / "other"
    other.hardlink_to(path)
    write(read(path), NEW)
    assert other.read_bytes() == OLD.encode()


def test_a_file_changed_meanwhile_is_left_alone(path):
    source = read(path)
    path.write_bytes(b"someone else's")
    with pytest.raises(ChangedMeanwhileError, match="changed meanwhile"):
        write(source, NEW)
    assert_untouched(path, "someone else's")


def test_a_file_that_only_grew_meanwhile_is_left_alone(path):
    source = read(path)
    path.write_bytes(OLD.encode() + b"b: 1\n")
    with pytest.raises(ChangedMeanwhileError):
        write(source, NEW)
    assert_untouched(path, OLD + "b: 1\n")


def test_a_file_removed_meanwhile_does_not_come_back(path):
    source = read(path)
    path.unlink()
    with pytest.raises(ChangedMeanwhileError, match="was removed meanwhile"):
        write(source, NEW)
    assert not any(path.parent.iterdir())


def test_a_file_that_became_a_link_meanwhile_is_left_alone(path, tmp_path):
    source = read(path)
    path.rename(tmp_path / "moved")
    path.symlink_to("moved")
    with pytest.raises(ChangedMeanwhileError):
        write(source, NEW)
    assert (tmp_path / "moved").read_bytes() == OLD.encode()


def test_a_change_just_before_the_renaming_is_seen(path, monkeypatch):
    source, make = read(path), module._new_file

    def make_late(*arguments):
        temporary = make(*arguments)
        path.write_bytes(b"late")
        return temporary

    monkeypatch.setattr(module, "_new_file", make_late)
    with pytest.raises(ChangedMeanwhileError):
        write(source, NEW)
    assert_untouched(path, "late")


def test_a_read_only_file_is_left_alone(path):
    path.chmod(0o444)
    with pytest.raises(WriteError, match=r"compose\.yaml: is read-only"):
        write(read(path), NEW)
    assert_untouched(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_a_clear_error(path):
    path.parent.chmod(0o555)
    try:
        with pytest.raises(WriteError, match=r"cannot be written \(permission denied\)"):
            write(read(path), NEW)
    finally:
        path.parent.chmod(0o755)
    assert_untouched(path)


@pytest.mark.parametrize(
    ("number", "words"),
    [(13, "permission denied"), (30, "the file system is read-only"), (28, "no space is left"), (5, "Input/output")],
)
def test_the_reason_is_in_words(path, monkeypatch, number, words):
    def fail(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(WriteError, match=rf"cannot be written \({words}"):
        write(read(path), NEW)
    assert_untouched(path)


def test_an_interruption_leaves_no_temporary_file(path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(read(path), NEW)
    assert_untouched(path)


def test_a_folder_that_cannot_be_synced_is_no_failure(path, monkeypatch):
    sync = os.fsync

    def only_files(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(22, "Invalid argument")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", only_files)
    write(read(path), NEW)
    assert path.read_bytes().endswith(NEW.encode())


AT_EACH_STEP = """
import os, signal, sys
from pathlib import Path
from hardener.text.source import Reader
from hardener.text.write import WriteError, write

what, wanted, path = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
source = Reader(path.parent).read(path)
sync, step = os.fsync, -1

def audited_sync(descriptor):
    sys.audit("os.fsync")
    sync(descriptor)

def hook(event, arguments):
    global step
    if event != "open" and not event.startswith(("os.", "tempfile.", "shutil.")):
        return
    step += 1
    if step != wanted:
        return
    if what == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    raise OSError(5, "injected")

write(source, source.text)
os.fsync = audited_sync
sys.addaudithook(hook)
try:
    write(source, "a: 2\\r\\n")
except WriteError:
    os._exit(7)
os._exit(0 if step >= wanted else 9)
"""


def at_each_step(what, path):
    """Yield the exit code of a child in which the n-th system call of `write` fails, until none does."""
    root = Path(module.__file__).parents[2]
    for step in range(100):
        path.write_bytes(OLD.encode())
        command = [sys.executable, "-c", AT_EACH_STEP, what, str(step), str(path)]
        code = subprocess.run(command, check=False, cwd=root, timeout=60).returncode
        if code == 9:
            assert step > 8, "the steps of a write were not seen"
            return
        yield code


def test_killed_at_any_step_the_file_is_the_old_one_or_the_new_one(path):
    seen = []
    for code in at_each_step("kill", path):
        assert code == -signal.SIGKILL
        assert path.read_bytes() in (OLD.encode(), b"\xef\xbb\xbfa: 2\r\n")
        seen.append(path.read_bytes())
    assert set(seen) == {OLD.encode(), b"\xef\xbb\xbfa: 2\r\n"}


def test_a_failure_at_any_step_leaves_the_old_file_or_is_none(path):
    codes = set()
    for code in at_each_step("fail", path):
        codes.add(code)
        assert_untouched(path) if code == 7 else assert_untouched(path, OLD.replace("1", "2"))
    assert codes == {0, 7}


def test_a_new_file_gets_its_text_and_the_folders_above_it(tmp_path):
    path = tmp_path / "docs" / "adr" / "0001-vault.md"
    create(path, "a\r\nb\n")
    assert path.read_bytes() == b"a\r\nb\n"


def test_a_file_that_is_there_is_not_made_anew(path):
    with pytest.raises(WriteError, match="cannot be written"):
        create(path, NEW)
    assert_untouched(path)
