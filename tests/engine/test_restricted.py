"""At level restricted a program cannot change its code, and works as before; no program of its image is setuid."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hardener.model.settings import Level
from tests.conftest import harden, write
from tests.engine.docker import Docker
from tests.engine.program import CONFINED, observe
from tests.engine.test_cases import TABLE, put, settings_of
from tests.engine.test_samples import CASES as OF_SAMPLES
from tests.samples.reading import copy

CODE = {
    "busybox": ("/srv/www/cgi-bin/notes",),
    "distroless": ("/app/server.py",),
    "given-to-everyone": ("/app/server.py",),
    "node-with-uploads": ("/usr/src/app/server.js",),
    "scratch": ("/www/health", "/busybox"),
    "state-folder": ("/opt/app/server.py",),
    "venv-from-builder": ("/app/server.py", "/opt/venv/pyvenv.cfg"),
    "volume-without-mkdir": ("/app/server.py",),
}
"""By folder of `cases`, what a program must not change. These write to places that their Dockerfiles make for it."""

SHELL_LESS = {"distroless", "scratch"}


@pytest.mark.parametrize("name", CODE)
def test_works_as_before_and_cannot_change_its_code(docker: Docker, isolated: Path, name: str) -> None:
    case = TABLE[name]
    put(name, isolated, case)
    before = observe(docker, isolated, case.program)
    write(isolated, harden(isolated, replace(settings_of(isolated), level=Level.RESTRICTED)))
    after = observe(docker, isolated, case.program, CONFINED, code=CODE[name])
    assert after.ids == case.after
    assert after.answers == before.answers
    assert name in SHELL_LESS or not setuid(docker, after.image)


def test_what_lies_beside_the_code_cannot_be_written(docker: Docker, isolated: Path) -> None:
    """What the caveat of the fix says: the program still starts and answers, and its log is refused."""
    name = "log-in-working-directory"
    put(name, isolated, TABLE[name])
    write(isolated, harden(isolated, replace(settings_of(isolated), level=Level.RESTRICTED)))
    [answer, again] = observe(docker, isolated, TABLE[name].program, CONFINED, code=("/app/server.py",)).answers
    assert answer == again
    assert '"app.log": "PermissionError"' in answer


@pytest.mark.parametrize("unsafe_fixes", [False, True])
def test_the_chatbots_image_has_no_setuid_program(docker: Docker, isolated: Path, unsafe_fixes: bool) -> None:
    settings = copy("chatbot", isolated, unsafe_fixes=unsafe_fixes)
    assert "/usr/bin/su" in setuid(docker, docker.build(isolated, "Dockerfile"))
    write(isolated, harden(isolated, settings))
    assert setuid(docker, docker.build(isolated, "Dockerfile")) == []


@pytest.mark.parametrize(
    ("service", "folders"), [("backend", ("logs", "staticfiles", "media")), ("pricing", ("logs", "models", "tmp"))]
)
def test_the_guides_table_of_folders_holds(
    docker: Docker, isolated: Path, service: str, folders: tuple[str, ...]
) -> None:
    """The guide has code as 444 and its owner's, and asks that touching it fails. Code of root satisfies that, also
    where its mode is 644; code of the program itself would not: an owner may do all that, whatever the mode is."""
    case = OF_SAMPLES[service]
    settings = copy(case.sample, isolated, unsafe_fixes=False)
    write(isolated, harden(isolated, replace(settings, level=Level.RESTRICTED)))
    image = docker.build(isolated, case.program.dockerfile, arguments=case.program.arguments)

    def run(*command: str) -> list[str]:
        return docker("run", "--rm", "--entrypoint", command[0], image, *command[1:]).split("\n")

    assert run("id", "-u") == [case.ids.partition(":")[0]]
    paths = [f"/app/{folder}" for folder in folders]
    assert run("stat", "-c", "%a %u:%g", *paths) == [f"755 {case.ids}" for _ in paths]
    assert run("find", *paths, "-maxdepth", "0", "-writable") == paths
    code = run("find", "/app", "-name", "*.py")
    assert set(case.code) & set(code)
    assert set(run("stat", "-c", "%u:%g", *code)) == {"0:0"}
    assert run("find", *code, "-writable") == run("find", "/app", "-maxdepth", "0", "-writable") == [""]


def setuid(docker: Docker, image: str) -> list[str]:
    """Return the files of an image with a setuid or setgid bit, by the command that the rule's documentation names."""
    options = ("--rm", "--user", "0", "--entrypoint", "find")
    return docker("run", *options, image, "/", "-xdev", "-type", "f", "-perm", "/6000").split()
