from __future__ import annotations

import pytest

from hardener.model.dockerfile.accounts import accounts_of
from hardener.model.settings import User
from hardener.text.edits import Edit, splice
from tests.model.dockerfiles import last_stage

DEBIAN, ALPINE = "FROM python:3.12-slim\n", "FROM python:3.12-alpine\n"
WANTED = User(10001, 10001)


@pytest.mark.parametrize(
    ("base", "run", "ids"),
    [
        (DEBIAN, "groupadd -g 2000 web && useradd -u 1000 -g web web", "1000:2000"),
        (DEBIAN, "groupadd --gid=2000 web; useradd --uid=1000 --gid=2000 web", "1000:2000"),
        (DEBIAN, "useradd -u 1000 web", "1000:1000"),
        (DEBIAN, "useradd -mu1000 web", "1000:1000"),
        (DEBIAN, "useradd web --uid 1000 --gid 0", "1000:0"),
        (DEBIAN, 'adduser --uid 1000 --disabled-password --gecos "" web', "1000:1000"),
        (DEBIAN, "adduser --system --uid 1000 --group web", "1000:1000"),
        (DEBIAN, "adduser --system --uid 1000 web", "1000:65534"),
        (DEBIAN, "addgroup --gid 50 g && adduser --uid 1000 --ingroup g web", "1000:50"),
        (ALPINE, "adduser -D -u 1000 web", "1000:1000"),
        (ALPINE, "addgroup -S -g 50 g && adduser -S -D -g comment -G g -u 1000 web", "1000:50"),
        (ALPINE, "adduser -S -u 1000 web", None),
        (DEBIAN, "useradd -r -u 1000 web", None),
        (DEBIAN, "groupadd -r web && useradd -r -g web -u 1000 web", None),
        (DEBIAN, "useradd web", None),
    ],
)
def test_ids_that_the_file_fixes(base: str, run: str, ids: str | None) -> None:
    found = accounts_of(last_stage(f"{base}RUN {run}\n"))
    assert found.unclear == ""
    account = found.users["web"]
    assert (str(account.ids) if account.ids else None) == ids


@pytest.mark.parametrize(
    ("base", "run", "after"),
    [
        (
            DEBIAN,
            "groupadd -r ai && useradd -r -g ai -u 1001 ai",
            "groupadd -r -g 1001 ai && useradd -r -g ai -u 1001 ai",
        ),
        (
            DEBIAN,
            "addgroup --system app && adduser --system --ingroup app --uid 10001 app",
            "addgroup --system --gid 10001 app && adduser --system --ingroup app --uid 10001 app",
        ),
        (
            ALPINE,
            "addgroup -S app && adduser -S -G app app",
            "addgroup -S -g 10001 app && adduser -S -G app -u 10001 app",
        ),
        (ALPINE, "adduser -D web", "adduser -D -u 10001 web"),
        (ALPINE, "adduser -S web", "addgroup -S -g 10001 web && adduser -S -G web -u 10001 web"),
        (DEBIAN, "useradd -m web", "useradd -m -u 10001 web"),
        (DEBIAN, "useradd web", "useradd --uid 10001 web"),
        (DEBIAN, "useradd -r -u 1001 web", "groupadd -r -g 1001 web && useradd -r -u 1001 -g 1001 web"),
        (DEBIAN, "adduser --system --group web", "adduser --system --group --uid 10001 web"),
        (DEBIAN, "set -eux; \\\n  groupadd web; \\\n  useradd -g web web", None),
        (
            DEBIAN,
            "<<EOF\ngroupadd web\nuseradd -g web -u 5 web\nEOF",
            "<<EOF\ngroupadd --gid 5 web\nuseradd -g web -u 5 web\nEOF",
        ),
        (DEBIAN, "useradd -u 5 web", "useradd -u 5 web"),
    ],
)
def test_missing_flags_are_put_in_place(base: str, run: str, after: str | None) -> None:
    text = f"{base}RUN {run}\n"
    after = after or run.replace("groupadd web", "groupadd --gid 10001 web").replace(
        "-g web web", "-g web -u 10001 web"
    )
    account = next(iter(accounts_of(last_stage(text)).users.values()))
    changes = account.missing_flags(WANTED)
    new = splice(text, [Edit(change.start, change.end, change.new) for change in changes])
    assert new == f"{base}RUN {after}\n"
    again = next(iter(accounts_of(last_stage(new)).users.values()))
    assert again.ids == account.completed(WANTED)
    assert again.missing_flags(WANTED) == ()


def test_ids_that_differ_need_a_group_of_their_own() -> None:
    account = accounts_of(last_stage(f"{DEBIAN}RUN useradd web\n")).users["web"]
    changes = account.missing_flags(User(7, 8))
    assert [change.new for change in changes] == ["groupadd -g 8 web && ", "-g 8 --uid 7 "]


def test_debians_adduser_cannot_get_them() -> None:
    account = accounts_of(last_stage(f'{DEBIAN}RUN adduser --gecos "" web\n')).users["web"]
    assert account.missing_flags(User(7, 8)) == ()


@pytest.mark.parametrize(
    ("lines", "phrase"),
    [
        ("ARG U=5\nRUN useradd -u $U web", "a variable that a build can change"),
        ("RUN useradd -u $(cat uid) web", "a variable that a build can change"),
        ("RUN useradd web || true", "does not run in every case"),
        ("RUN if true; then useradd web; fi", "does not run in every case"),
        ("RUN for u in a b; do useradd $u; done", "does not run in every case"),
        ("RUN (useradd web)", "does not run in every case"),
        ("RUN useradd web && useradd web", "made twice"),
        ("RUN useradd -g docker web", "the id of the group docker is not known"),
        ("RUN useradd web && usermod -u 7 web", "`usermod` changes the accounts"),
        ("RUN useradd web && userdel web", "`userdel` changes the accounts"),
        ("RUN useradd -u x web", "is no id"),
    ],
)
def test_what_is_not_certain_is_said(lines: str, phrase: str) -> None:
    assert phrase in accounts_of(last_stage(f"{DEBIAN}{lines}\n")).unclear


@pytest.mark.parametrize(
    "run",
    [
        "useradd -G audio web",
        "useradd web && usermod -aG audio web",
        "useradd web && adduser web audio",
        "useradd web && gpasswd -a web audio",
    ],
)
def test_groups_that_a_numeric_user_would_drop(run: str) -> None:
    assert "web" in accounts_of(last_stage(f"{DEBIAN}RUN {run}\n")).supplementary


def test_a_fixed_variable_is_no_obstacle() -> None:
    found = accounts_of(last_stage(f"{DEBIAN}ENV NAME=web U=5\nRUN useradd -u $U ${{NAME}}\n"))
    assert str(found.users["web"].ids) == "5:5"


def test_accounts_of_the_parents_count_and_those_of_other_stages_do_not() -> None:
    found = accounts_of(
        last_stage(f"{DEBIAN.strip()} AS a\nRUN useradd -u 5 web\n{DEBIAN}RUN useradd other\nFROM a\nRUN true\n")
    )
    assert list(found.users) == ["web"]
