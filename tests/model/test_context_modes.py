"""Scripts of the build context keep their modes, and one that suffices for root need not for the image's user."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardener.model.finding import Finding, Safety
from hardener.model.settings import Level, Settings
from tests.conftest import harden

IN_APP = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nENTRYPOINT ["./start.sh"]\n'
IN_BIN = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY *.sh /usr/local/bin/\nENTRYPOINT ["start.sh"]\n'
BY_SHELL = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . /scripts/\nCMD ["sh", "/scripts/start.sh"]\n'
THROUGH_A_STAGE = """\
FROM alpine:3.20 AS scripts
COPY *.sh /scripts/
FROM python:3.12-slim
COPY --from=scripts /scripts/start.sh /usr/bin/start
ENTRYPOINT ["start"]
"""
BY_A_RUN = 'FROM python:3.12-slim\nCOPY *.sh /etc/shop/\nRUN cp /etc/shop/start.sh /usr/bin/start\nCMD ["start"]\n'


def user_in(folder: Path, text: str, modes: dict[str, int], level: Level) -> Finding:
    (folder / "Dockerfile").write_text(text)
    waits = "/usr/local/bin/wait.sh\n" if "/usr/local/bin" in text else ""
    scripts = {"start.sh": f"#!/bin/sh\n{waits}exec python main.py\n", "wait.sh": "#!/bin/sh\n"}
    for name, body in scripts.items():
        (folder / name).write_text(body)
        (folder / name).chmod(modes[name])
    result = harden(folder, Settings(select=("dockerfile-non-root-user", "dockerfile-copy-chown"), level=level))
    findings = (outcome.finding for outcome in result.outcomes)
    return next(found for found in findings if found.rule == "dockerfile-non-root-user")


@pytest.mark.parametrize(
    ("text", "modes", "level", "reason"),
    [
        (IN_APP, (0o744, 0o644), Level.RESTRICTED, "line 3 lets only root run /app/start.sh"),
        (IN_APP, (0o700, 0o644), Level.RESTRICTED, "line 3 lets only root run /app/start.sh"),
        (IN_BIN, (0o744, 0o755), Level.BASELINE, "line 3 lets only root run /usr/local/bin/start.sh"),
        (IN_BIN, (0o755, 0o744), Level.BASELINE, "line 3 lets only root run /usr/local/bin/wait.sh"),
        (BY_SHELL, (0o600, 0o644), Level.BASELINE, "line 3 lets only root read /scripts/start.sh"),
        (THROUGH_A_STAGE, (0o744, 0o644), Level.BASELINE, "line 4 lets only root run /usr/bin/start"),
        (BY_A_RUN, (0o744, 0o644), Level.BASELINE, "line 2 lets only root run /usr/bin/start"),
    ],
)
def test_what_only_root_may_run_is_held(
    isolated: Path, text: str, modes: tuple[int, int], level: Level, reason: str
) -> None:
    found = user_in(isolated, text, dict(zip(("start.sh", "wait.sh"), modes, strict=True)), level)
    assert found.safety is Safety.HELD
    assert reason in found.reason


@pytest.mark.parametrize(
    ("text", "modes", "level"),
    [
        (IN_APP, (0o744, 0o644), Level.BASELINE),  # the user gets the file
        (IN_APP, (0o755, 0o644), Level.RESTRICTED),
        (IN_BIN, (0o755, 0o755), Level.BASELINE),
        (IN_BIN.replace("COPY", "COPY --chmod=755"), (0o700, 0o700), Level.BASELINE),
        (IN_BIN.replace("ENTRY", "RUN chmod a+rx /usr/local/bin/*.sh\nENTRY"), (0o700, 0o700), Level.BASELINE),
        (BY_SHELL, (0o644, 0o644), Level.BASELINE),
        (THROUGH_A_STAGE, (0o755, 0o644), Level.BASELINE),
        (THROUGH_A_STAGE.replace("FROM p", "RUN chmod +rx /scripts/*\nFROM p"), (0o700, 0o644), Level.BASELINE),
        (BY_A_RUN, (0o755, 0o644), Level.BASELINE),
    ],
)
def test_what_its_user_may_run_is_fixed(isolated: Path, text: str, modes: tuple[int, int], level: Level) -> None:
    found = user_in(isolated, text, dict(zip(("start.sh", "wait.sh"), modes, strict=True)), level)
    assert found.safety is Safety.SAFE, found.reason
