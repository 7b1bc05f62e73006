"""The configuration file: what it says, and what is said of a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardener.model.settings import ImageFact, Level, Override, Settings, Thresholds, User
from hardener.policy.config import ConfigError, Loaded, parse
from hardener.policy.configured import Configured

FULL = """\
level = "restricted"
user = "1000:1001"
select = [
  "compose",
  "dockerfile-non-root-user",
]
ignore = ["compose-read-only"]
exclude = ["legacy/", "*.bak"]

[users]
"api/Dockerfile" = "1002:1003"
"service:web.1" = {uid = 1004, gid = 1005, name = "web"}

[targets]
"api/Dockerfile" = ["dev", "worker"]

[images.nginx]
user = {uid = 101, gid = 102}
capabilities = ["cap_chown", "NET_BIND_SERVICE"]
[images."registry.example:5000/a b"]
capabilities = []
writable = ["/var/cache/x"]

[thresholds]
setuid = 3
world-writable = 0
exception-days = 90

[[overrides]]
files = ["legacy/"]
level = "baseline"
ignore = ["compose-user"]

[[overrides]]
services = ["work*"]
select = ["compose-drop"]
"""

ERRORS = [
    ('levle = "baseline"', '1: unknown key "levle": did you mean "level"?'),
    ('\n\n# x\nfoo = "bar"', '4: unknown key "foo"'),
    ("[[overrides]]\nx = []", '2: unknown key "x"; the keys here are files, services, level, select, ignore'),
    ('level = "basline"', '1: level: expected baseline or restricted: did you mean "baseline"?'),
    ('level = "opt-in"', "1: level: expected baseline or restricted"),
    ("level = 1", "1: level: expected baseline or restricted"),
    ('user = "app"', '1: user: a user is written "uid:gid", in numbers, such as "10001:10001"'),
    ('user = "1000"', '1: user: a user is written "uid:gid", in numbers, such as "10001:10001"'),
    ('user = "٣:٣"', '1: user: a user is written "uid:gid", in numbers, such as "10001:10001"'),
    ("user = 1000", '1: user: expected "uid:gid" or {uid = …, gid = …, name = "…"}'),
    ('user = "0:0"', "1: user: 0 is root, which no fix may choose"),
    ('user = "1000:0"', "1: user: 0 is root, which no fix may choose"),
    ("user = {uid = 0, gid = 1}", "1: user.uid: 0 is root, which no fix may choose"),
    ("[user]\nuid = 1\ngid = 0", "3: user.gid: 0 is root, which no fix may choose"),
    ("user = {uid = 2147483648, gid = 1}", "1: user.uid: expected a number from 1 to 2147483647"),
    ("user = {uid = -1, gid = 1}", "1: user.uid: expected a number from 1 to 2147483647"),
    ("user = {uid = true, gid = 1}", "1: user.uid: expected a number"),
    ("user = {uid = 1}", "1: user: gid is missing"),
    ("user = {uid = 1, gid = 1, nmae = 'x'}", '1: unknown key "nmae": did you mean "name"?'),
    *(
        (
            f"user = {{uid = 1, gid = 1, name = {name}}}",
            "1: user.name: expected a name that useradd takes: a-z, 0-9, _ and -, a letter or _ first, at most 32",
        )
        for name in ('"App"', '"1app"', '"a b"', '"a\\n"', '"$x"', '""', f'"{"a" * 33}"', "1")
    ),
    ("user = {uid = 1, gid = 1, name = 'root'}", "1: user.name: every image has a user root already"),
    ('users = ["x"]', "1: users: expected a table"),
    ('[users]\n"a/Dockerfile" = "0:1"', '2: users."a/Dockerfile": 0 is root, which no fix may choose'),
    ('select = "compose"', "1: select: expected a list of strings"),
    ("select = [1]", "1: select: expected a list of strings"),
    ('ignore = [\n  "compose",\n  " ",\n]', "1: ignore: an item is blank"),
    ('x = """\nlevel = 1\n"""\n', '1: unknown key "x"'),
    (
        '# x\nselect = ["compose-usr"]',
        '2: select: no rule is or begins with "compose-usr": did you mean "compose-user"?',
    ),
    ('exclude = ["a", 2]', "1: exclude: expected a list of strings"),
    ('exclude = ["!"]', '1: exclude: "!" is no gitignore pattern'),
    ('adr = "docs\\u0000x"', "1: adr: expected a path of characters that can be shown"),
    ('targets = ["dev"]', "1: targets: expected a table"),
    ('exclude = ["[z-a]"]', '1: exclude: "[z-a]" is no gitignore pattern'),
    ('[targets]\n"api/Dockerfile" = "dev"', '2: targets."api/Dockerfile": expected a list of strings'),
    ('[targets]\n"api/Dockerfile" = [1]', '2: targets."api/Dockerfile": expected a list of strings'),
    ("images = 1", "1: images: expected a table"),
    ("[images]\nnginx = 1", "2: images.nginx: expected a table"),
    ("[images.nginx]\nusr = '1:1'", '2: unknown key "usr": did you mean "user"?'),
    ("[[images.nginx]]\nuser = '1:1'", "1: images.nginx: expected a table"),
    (
        "[images.nginx]\ncapabilities = ['NET_BIND_SERVCE']",
        '2: images.nginx.capabilities: unknown capability "NET_BIND_SERVCE": did you mean "NET_BIND_SERVICE"?',
    ),
    *(
        (
            f"[images.'{written}']\ncapabilities = []",
            f'1: images."{written}": write "{name}": names here have neither tag nor digest',
        )
        for written, name in (
            ("redis:7", "redis"),
            ("team/redis:*", "team/redis"),
            ("docker.io/library/redis", "redis"),
            (f"localhost:5000/a@sha256:{'0' * 64}", "localhost:5000/a"),
        )
    ),
    ("[images.nginx]\ncapabilities = 'ALL'", "2: images.nginx.capabilities: expected a list of strings"),
    *(
        (
            f"[images.nginx]\nwritable = ['{path}']",
            f'2: images.nginx.writable: "{path}" is no absolute path of a folder below /',
        )
        for path in ("data", "/", "/a/../etc", "/a:exec", "/a,size=1", "/a b", "//")
    ),
    ("thresholds = 1", "1: thresholds: expected a table"),
    ("[thresholds]\nsetiud = 1", '2: unknown key "setiud": did you mean "setuid"?'),
    ("[thresholds]\nworld_writable = 1", '2: unknown key "world_writable": did you mean "world-writable"?'),
    ("[thresholds]\n\nsetuid = -1", "3: thresholds.setuid: expected a number from 0 up"),
    ("[thresholds]\nsetuid = true", "2: thresholds.setuid: expected a number from 0 up"),
    ("[thresholds]\nexception-days = 184", "2: thresholds.exception-days: expected a number from 1 to 183"),
    ("overrides = 1", "1: overrides: expected tables, each under a header in double brackets"),
    ("[overrides]\nlevel = 1", "1: overrides: expected tables, each under a header in double brackets"),
    ("[[overrides]]\nlevel = 'baseline'", "1: overrides[0]: names no place: files or services is missing"),
    (
        "[[overrides]]\nfiles = ['a']\n[[overrides]]\nfiles = ['b']\nlevel = 'restrictd'",
        '5: overrides[1].level: expected baseline or restricted: did you mean "restricted"?',
    ),
    (
        "overrides = [\n  {files = ['a']},\n  {services = ['b'], ignroe = []},\n]",
        '1: unknown key "ignroe": did you mean "ignore"?',
    ),
    ("[[overrides]]\nfiles = ['!']", '2: overrides[0].files: "!" is no gitignore pattern'),
    ("[[overrides]]\nfiles = ['a']\nignore = ['compose-usr']", "3: overrides[0].ignore: no rule is or begins with"),
    (
        "level = 'baseline'\n<<<<<<< HEAD\nignore = []\n=======\nignore = ['compose']\n>>>>>>> other\n",
        "2: a merge conflict is not resolved: its markers stand here",
    ),
    ("level = ", "1: Invalid value"),
    ('level = "baseline"\n[users\n', "2: Expected ']' at the end of a table declaration"),
    ("a = 1\na = 2\n", "2: Cannot overwrite a value"),
    ('a = 1\nb = """\n\n', "2: "),
]


@pytest.mark.parametrize(("text", "message"), ERRORS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_errors_name_the_line(text: str, message: str, newline: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text.replace("\n", newline), Path("some/.harden.toml"))
    assert str(caught.value).startswith(f"some/.harden.toml:{message}")


def test_everything_that_can_be_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    loaded = parse(FULL, tmp_path / ".harden.toml")
    assert loaded.settings == Settings(
        level=Level.RESTRICTED,
        user=User(1000, 1001),
        select=("compose", "dockerfile-non-root-user"),
        ignore=("compose-read-only",),
        exclude=("legacy/", "*.bak"),
        exclude_from=tmp_path,
        users={"api/Dockerfile": User(1002, 1003), "service:web.1": User(1004, 1005, "web")},
        targets={"api/Dockerfile": ("dev", "worker")},
        images={
            "nginx": ImageFact(user=User(101, 102), capabilities=("CHOWN", "NET_BIND_SERVICE")),
            "registry.example:5000/a b": ImageFact(capabilities=(), writable=("/var/cache/x",)),
        },
        thresholds=Thresholds(3, 0, 90),
        overrides=(
            Override(tmp_path, ("legacy/",), (), Level.BASELINE, None, ("compose-user",)),
            Override(tmp_path, (), ("work*",), None, ("compose-drop",)),
        ),
    )
    lines = {key: loaded.origins[key] for key in ("level", "select", "ignore", "users", 'users."service:web.1"')}
    assert lines == {
        "level": ".harden.toml:1",
        "select": ".harden.toml:3",
        "ignore": ".harden.toml:7",
        "users": ".harden.toml:10",
        'users."service:web.1"': ".harden.toml:12",
    }
    assert loaded.origins['targets."api/Dockerfile"'] == ".harden.toml:15"
    assert loaded.origins['images."registry.example:5000/a b".capabilities'] == ".harden.toml:21"
    assert loaded.origins["overrides[1].select"] == ".harden.toml:36"


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / ".harden.toml"
    path.write_bytes(b"\xef\xbb\xbf")
    assert Configured().of(tmp_path) == Loaded(Settings(), {}, path=path)


def test_the_nearest_file_upwards_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "Dockerfile").touch()
    (tmp_path / ".harden.toml").write_text('level = "restricted"')
    assert {Configured().of(inner / name).path for name in ("Dockerfile", "missing", "")} == {tmp_path / ".harden.toml"}
    (inner / ".harden.toml").touch()
    assert Configured().of(inner / "Dockerfile").path == inner / ".harden.toml"
    assert Configured().of(inner).settings.level is Level.BASELINE
    assert Configured(tmp_path / ".harden.toml").of(inner).settings.level is Level.RESTRICTED
    monkeypatch.chdir(inner)
    assert Configured().of(Path("..")).path == tmp_path / ".harden.toml"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"level = '\xff'", "is not valid UTF-8"),
        (b"level = " + b"[" * 5000, "is nested too deeply"),
        (None, "cannot be read (Is a directory)"),
    ],
)
def test_unreadable(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "config"
    path.mkdir() if content is None else path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        Configured(path).of(tmp_path)
    assert str(caught.value) == f"{path.as_posix()}: {message}"


def test_paths_of_users_start_at_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "a [1]"
    project.mkdir()
    text = '[users]\n"api/**" = "5:5"\n"service:api" = "6:6"\n'
    monkeypatch.chdir(tmp_path)
    loaded = parse(text, project / ".harden.toml")
    assert loaded.settings.users == {"a [[]1]/api/**": User(5, 5), "service:api": User(6, 6)}
    assert loaded.origins['users."a [[]1]/api/**"'] == "a [1]/.harden.toml:2"
    (project / "api").mkdir()
    monkeypatch.chdir(project / "api")
    assert list(parse(text, project / ".harden.toml").settings.users) == ["../api/**", "service:api"]
    targets = parse('[targets]\n"api/Dockerfile" = ["dev"]', project / ".harden.toml").settings.targets
    assert targets == {"../api/Dockerfile": ("dev",)}
