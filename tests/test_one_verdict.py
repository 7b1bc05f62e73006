"""A user that a Dockerfile gets is as safe, and for the same reason, wherever a format names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardener.model.finding import Finding, Safety
from hardener.model.settings import Settings
from tests.conftest import harden

COMPOSE = "services:\n  api:\n    build: .\n    image: team/api:1\n"
POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: api
spec:
  containers:
    - name: api
      image: team/api:1
"""
PYTHON = "FROM python:3.12-slim\nWORKDIR /app\n"
CASES = [
    (PYTHON + "COPY . .\n", Safety.SAFE, ""),
    (PYTHON + "COPY . .\nRUN python manage.py migrate\n", Safety.UNSAFE, "`manage.py migrate` (line 4)"),
    (PYTHON + "COPY . .\nRUN ./prepare.sh\n", Safety.UNSAFE, "/app/prepare.sh (line 4) runs as root"),
    (
        "FROM gcr.io/distroless/static-debian12\nWORKDIR /app\nCOPY python3 .\n",
        Safety.UNSAFE,
        "nothing in its image can give /app",
    ),
    (PYTHON + "VOLUME /var/run/docker.sock\n", Safety.HELD, "line 3 names docker.sock"),
    (PYTHON + "RUN chmod 700 /usr/local/bin/python3\n", Safety.HELD, "line 3 lets only root run"),
    (PYTHON + "COPY secret.key /etc/\n", Safety.HELD, "line 3 copies secret.key, which only its owner may read"),
    (
        "FROM python:3.12-slim AS base\nVOLUME /app\nFROM base\nWORKDIR /app\n",
        Safety.HELD,
        "declares VOLUME /app (line 2), which discards later changes",
    ),
    ("FROM python:3.12-slim\nWORKDIR /root/app\n", Safety.HELD, "its working directory is /root/app"),
]


@pytest.mark.parametrize(("text", "safety", "reason"), CASES)
def test_all_formats_say_the_same(isolated: Path, text: str, safety: Safety, reason: str) -> None:
    (isolated / "Dockerfile").write_text(f'{text}CMD ["python3", "app.py"]\n')
    (isolated / "compose.yaml").write_text(COMPOSE)
    (isolated / "pod.yaml").write_text(POD)
    (isolated / "secret.key").write_text("")
    (isolated / "secret.key").chmod(0o600)
    found = users_in(isolated)
    assert found.keys() == {"Dockerfile", "compose.yaml", "pod.yaml"}
    assert {finding.safety for finding in found.values()} == {safety}
    assert all(reason in finding.reason for finding in found.values()), found
    assert all((not finding.reason) == (safety is Safety.SAFE) for finding in found.values())


def users_in(folder: Path) -> dict[str, Finding]:
    """Return what a run says about who runs, by file."""
    rules = ("dockerfile-non-root-user", "compose-user", "kubernetes-run-as-non-root")
    result = harden(folder, Settings(select=rules))
    return {outcome.finding.file: outcome.finding for outcome in result.outcomes}
