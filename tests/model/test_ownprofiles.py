"""Profiles that a project adds: found, checked, put before those that ship, and forgotten after the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardener.engine import State
from hardener.model.images.ownprofiles import FOLDER, find_folder, read_profiles
from hardener.model.images.profiles import Images, profile, using
from hardener.model.settings import Settings, User
from tests.conftest import harden

GOOD = """\
image: registry.example.com/queue
base: true
family: busybox
distribution: alpine
default_user: "0:0"
users: {queue: "500:500"}
entrypoint: []
"""


def written(folder: Path, **texts: str) -> Path:
    own = folder / FOLDER
    own.mkdir(parents=True)
    for name, text in texts.items():
        (own / f"{name}.yaml").write_text(text, encoding="utf-8")
    return own


def test_a_good_one_goes_before_those_that_ship(tmp_path: Path) -> None:
    found = read_profiles(written(tmp_path, queue=GOOD, nginx="image: nginx\nlike: nginx\nread_only: false\n"))
    assert found.errors == ()
    shipped = profile("nginx")
    assert profile("registry.example.com/queue:1") is None
    with using(Images(found.documents)):
        queue = profile("registry.example.com/queue:1")
        assert queue is not None
        assert queue.users == {"queue": User(500, 500, "queue")}
        nginx = profile("nginx")
        assert shipped is not None
        assert nginx is not None
        assert (nginx.read_only, nginx.users) == (False, shipped.users)
        assert shipped.read_only is True
    assert profile("registry.example.com/queue:1") is None
    assert profile("nginx") == shipped


def test_one_may_be_about_several_images_and_have_variants(tmp_path: Path) -> None:
    text = "image: registry.example.com/team/*\nlike: debian\nvariants:\n  - tags: ['*-musl']\n    family: busybox\n"
    found = read_profiles(written(tmp_path, team=text))
    with using(Images(found.documents)):
        families = [image.family for tag in ("1", "1-musl") if (image := profile(f"registry.example.com/team/x:{tag}"))]
    assert families == ["shadow", "busybox"]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "is empty"),
        ("- a\n", 1, "expected keys with values"),
        ("a: [\n", 2, ""),
        ("base: true\nfamily: none\n", 1, "`image` is missing"),
        ("image: x\n", 1, "`base` and `family` are missing"),
        ("image: x:1\nlike: debian\n", 1, "is no name of an image"),
        ("image: X\nlike: debian\n", 1, "is no name of an image"),
        (GOOD + "defaultuser: 1:1\n", 8, 'unknown key "defaultuser": did you mean default_user?'),
        (GOOD + "runs_as: 5:6\nstarts: maybe\n", 9, "expected one of root, steps-down, non-root"),
        (GOOD + "runs_as: root\n", 8, 'expected "uid:gid" in quotes'),
        (GOOD + "runs_as: 5\n", 8, 'expected "uid:gid" in quotes'),
        (GOOD + "ports: [80, x]\n", 8, "expected a port"),
        (GOOD + "ports: 80\n", 8, "expected a list"),
        (GOOD + "shell: maybe\n", 8, "expected true or false"),
        (GOOD + "capabilities:\n  - CAP_CHOWN\n", 9, "without CAP_"),
        (GOOD + "writable:\n  - path: data\n    kind: data\n", 9, "is no absolute path"),
        (GOOD + "writable:\n  - path: /data\n", 9, "`path` and `kind` are needed"),
        (GOOD + "variants:\n  - family: none\n", 9, "`names` or `tags` is missing"),
        (GOOD + "evidence:\n  - facts: [shel]\n    source: x\n", 9, "expected one of family"),
        ("image: x\nlike: nobody.knows/this\n", None, "there is no profile"),
    ],
)
def test_a_wrong_one_is_refused_with_its_line(tmp_path: Path, text: str, line: int | None, said: str) -> None:
    found = read_profiles(written(tmp_path, wrong=text))
    assert not found.documents
    assert [(error.line, said in error.message) for error in found.errors] == [(line, True)], found.errors


def test_two_about_one_image_and_circles_are_refused(tmp_path: Path) -> None:
    assert len(read_profiles(written(tmp_path / "a", one=GOOD, two=GOOD)).errors) == 1
    circle = read_profiles(written(tmp_path / "b", a="image: nginx\nlike: redis\n", b="image: redis\nlike: nginx\n"))
    assert circle.errors
    with using(Images(circle.documents)):
        assert profile("nginx") is not None


def test_the_nearest_folder_counts_up_to_the_projects_root(tmp_path: Path) -> None:
    outer = written(tmp_path, queue=GOOD)
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    assert find_folder(inside / "Dockerfile") == outer
    (tmp_path / "a" / ".git").mkdir()
    assert find_folder(inside) is None
    assert find_folder(tmp_path / "a") is None


def test_a_run_uses_them_and_the_next_one_does_not(isolated: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    text = 'FROM registry.example.com/queue:1\nCMD ["serve"]\n'
    written(isolated, queue=GOOD)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    settings = Settings(select=("dockerfile-non-root-user",))
    for folder in (isolated, elsewhere):
        (folder / "Dockerfile").write_text(text, encoding="utf-8")
    assert [outcome.state for outcome in harden(isolated, settings).outcomes] == [State.FIXED]
    assert [outcome.state for outcome in harden(elsewhere, settings).outcomes] == [State.HELD]


def test_a_wrong_one_is_an_error_of_the_run(isolated: Path) -> None:
    written(isolated, queue=GOOD + "shell: maybe\n")
    (isolated / "Dockerfile").write_text("FROM debian:12\n", encoding="utf-8")
    errors = harden(isolated, Settings()).errors
    assert [(error.path, error.line, error.message) for error in errors] == [
        (".harden/images/queue.yaml", 8, "expected true or false")
    ]
