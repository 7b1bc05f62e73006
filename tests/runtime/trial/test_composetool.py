from pathlib import Path

import pytest

from hardener.runtime.trial.composetool import ComposeTool

PROJECT = "services: {job: {image: alpine, profiles: [nightly]}}"


def test_the_tool_is_asked_for_the_services_of_every_profile_and_gets_no_more_than_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plugin's own answer: without a profile's name it prints no service of it."""
    monkeypatch.setenv("SECRET", "ours")
    script = f"""#!/bin/sh
test "$SECRET" = "" && test "$DOCKER_HOST" = unix:///here || exit 1
test "$COMPOSE_PROFILES" = "*" && echo "{PROJECT}" || echo "services: {{}}"
"""
    (tool := tmp_path / "docker").write_text(script)
    tool.chmod(0o755)
    compose = ComposeTool((str(tool), "compose"), "unix:///here", {"PATH": "/bin"})
    assert compose.resolved([tmp_path / "compose.yaml"], tmp_path, 10) == {
        "services": {"job": {"image": "alpine", "profiles": ["nightly"]}}
    }
