"""Programs that a trial runs, and what becomes of those that they start."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hardener.runtime.trial.composetool import ComposeError, ComposeTool
from hardener.runtime.trial.programs import completed

STARTS_ANOTHER = "sleep 60 & echo $! > child; wait"
SLOW = ComposeTool(("sh", "-c", STARTS_ANOTHER), "unix:///nowhere.sock", dict(os.environ))


def test_what_it_prints_and_how_it_ends_is_returned(tmp_path: Path) -> None:
    done = completed(["sh", "-c", "cat; pwd; echo $A >&2; exit 3"], {"A": "1"}, 9, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (3, f"{tmp_path}\n".encode(), b"1\n")


def test_out_of_time_all_that_it_started_ends(tmp_path: Path) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        completed(["sh", "-c", STARTS_ANOTHER], os.environ, 1, tmp_path)
    _assert_ends(int((tmp_path / "child").read_text()))


def test_interrupted_all_that_it_started_ends(tmp_path: Path) -> None:
    """As when a signal becomes a KeyboardInterrupt while it is waited for."""
    script = (
        "import os, signal, sys\n"
        "from hardener.runtime.trial.programs import completed\n"
        "signal.signal(signal.SIGTERM, signal.default_int_handler)\n"
        f"completed(['sh', '-c', {STARTS_ANOTHER!r}], os.environ, 50)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path, stderr=subprocess.PIPE) as running:
        child = _number_in(tmp_path / "child")
        running.terminate()
        assert b"KeyboardInterrupt" in running.communicate(timeout=30)[1]
    _assert_ends(child)


def test_which_step_took_too_long_is_said(tmp_path: Path) -> None:
    with pytest.raises(ComposeError, match=r"^Compose's build did not end in the time that it may take: .*--timeout$"):
        SLOW.build("project", tmp_path / "model.json", 1)


def _number_in(file: Path) -> int:
    end = time.monotonic() + 30
    while not (file.exists() and file.read_text().strip()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return int(file.read_text())


def _assert_ends(pid: int) -> None:
    """Check that a process is gone, or only waits for whoever inherited it to notice."""
    end = time.monotonic() + 10
    while (status := Path(f"/proc/{pid}/status")).exists() and "State:\tZ" not in status.read_text():
        assert time.monotonic() < end, "it goes on"
        time.sleep(0.05)
