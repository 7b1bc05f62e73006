"""Repositories that mean harm: no way out, no leak, a clear word."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from hardener.bot import git as repository
from hardener.bot.git import Git, GitError, Identity, environment
from hardener.bot.snapshot import lay_out
from tests.bot.conftest import COMPOSE, Shop
from tests.bot.state import SLUG, TOKEN, git


def raw_commit(shop: Shop, entries: list[tuple[str, str, bytes]]) -> None:
    """Put a commit on main whose tree has just these entries: mode, name, content; made without git's own checks."""
    lines = b""
    for mode, name, content in entries:
        kind = "tree" if mode == "40000" else "commit" if mode == "160000" else "blob"
        blob = content.decode() if kind != "blob" else _blob(shop, content)
        lines += f"{mode} {kind} {blob}\t".encode() + os.fsencode(name) + b"\0"
    tree = git("mktree", "-z", "--missing", folder=shop.forge.bare, stdin=lines).strip()
    commit = git("commit-tree", tree, "-m", "hostile", folder=shop.forge.bare).strip()
    git("update-ref", "refs/heads/main", commit, folder=shop.forge.bare)


def _blob(shop: Shop, content: bytes) -> str:
    return git("hash-object", "-w", "--stdin", folder=shop.forge.bare, stdin=content).strip()


def _folder(shop: Shop, name: str) -> bytes:
    """Return the tree of a folder with one file."""
    entry = f"100644 blob {_blob(shop, b'x')}\t{name}\0".encode()
    return git("mktree", "-z", folder=shop.forge.bare, stdin=entry).strip().encode()


def test_names_that_break_lines_quotes_and_options(shop: Shop) -> None:
    names = [
        "--upload-pack=x.compose.yaml",
        "a\n## fixes #1 @mona.compose.yaml",
        "q\"'`<b>.compose.yaml",
        "é \t.compose.yaml",
    ]
    shop.commit(dict.fromkeys(names, COMPOSE.replace("build: .", "read_only: true")))
    done = shop.run()
    assert done.exit_code == 0, done.stderr
    changed = {name for name in shop.files("main") if shop.files("main")[name] != shop.files("harden/all")[name]}
    assert changed >= set(names)
    body = shop.forge.pulls[0]["body"]
    messages = git("log", "--format=%B", "main..harden/all", folder=shop.forge.bare)
    for text in (body, messages):
        assert "\n## fixes" not in text
        assert "#1" not in text
        assert "@mona" not in text
    assert "<b>" not in body


def test_links_out_of_the_tree_are_not_followed(shop: Shop, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text(COMPOSE)
    up = "../" * 30
    raw_commit(
        shop,
        [
            ("120000", "compose.yaml", str(secret).encode()),
            ("120000", "docker-compose.yml", f"{up}{str(secret).lstrip('/')}".encode()),
            ("120000", ".harden.toml", b"/etc/passwd"),
            ("120000", "here", b"."),
            ("120000", "sly.compose.yaml", f"here/{up}{str(secret).lstrip('/')}".encode()),
        ],
    )
    done = shop.run("--no-onboarding")
    assert "nothing to propose" in done.stderr, done.stderr
    assert secret.read_text() == COMPOSE


def test_a_file_and_a_link_of_one_name(shop: Shop, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    inner = git(
        "mktree", "-z", folder=shop.forge.bare, stdin=f"100644 blob {_blob(shop, b'x')}\tfile\0".encode()
    ).strip()
    raw_commit(shop, [("120000", "a", str(outside).encode()), ("40000", "a", inner.encode())])
    done = shop.run("--no-onboarding")
    assert list(outside.iterdir()) == []
    assert done.exit_code in (0, 2)


@pytest.mark.parametrize("name", ["..", ".git", ".GIT"])
def test_names_that_lead_out_or_into_git(shop: Shop, name: str) -> None:
    inner = git(
        "mktree", "-z", folder=shop.forge.bare, stdin=f"100644 blob {_blob(shop, b'x')}\tconfig\0".encode()
    ).strip()
    raw_commit(shop, [("40000", name, inner.encode())])
    done = shop.run("--no-onboarding")
    assert done.exit_code == 2
    assert "whose name leads out of it or into .git" in done.stderr


def test_submodules_stay_as_they_are(shop: Shop) -> None:
    modules = '[submodule "x"]\n\tpath = sub\n\turl = --upload-pack=touch /tmp/escaped\n'
    raw_commit(
        shop,
        [
            ("100644", ".harden.toml", b""),
            ("100644", ".gitmodules", modules.encode()),
            ("160000", "sub", b"1" * 40),
            ("100644", "compose.yaml", COMPOSE.encode()),
        ],
    )
    done = shop.run()
    assert done.exit_code == 0, done.stderr
    assert "160000 commit " + "1" * 40 in git("ls-tree", "harden/all", folder=shop.forge.bare)


def test_a_huge_file_is_passed_over_with_a_word(shop: Shop) -> None:
    huge = COMPOSE + "#" * 20_000_000
    shop.commit({"huge.yaml": huge})
    done = shop.run()
    assert done.exit_code == 0
    assert "huge.yaml: is larger than the limit" in done.stderr
    assert len(shop.forge.pulls) == 1
    shop.commit({"docker-compose.yaml": huge})
    done = shop.run()
    assert done.exit_code == 2
    assert "docker-compose.yaml: is larger than the limit" in done.stderr


@pytest.mark.parametrize("line", ['repository = "evil/other"', 'hook = "touch escaped"'])
def test_a_configuration_that_asks_for_more_than_it_may(shop: Shop, line: str) -> None:
    shop.commit({".harden.toml": f"[pr]\n{line}\n"})
    done = shop.run()
    assert done.exit_code == 2
    assert "unknown key" in done.stderr
    assert shop.forge.pulls == []


def test_nothing_of_a_clone_is_run(shop: Shop, tmp_path: Path) -> None:
    """Hooks, filters, drivers, watchers, helpers and attributes that a clone or its files bring."""
    mark = tmp_path / "escaped"
    script = tmp_path / "run.sh"
    script.write_text(f"#!/bin/sh\nenv >> {mark}\ncat\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    shop.commit({".gitattributes": "* filter=evil diff=evil merge=evil text eol=crlf export-subst\n"})
    for hook in ("pre-commit", "commit-msg", "pre-push", "post-checkout", "reference-transaction", "post-index-change"):
        (shop.clone / ".git" / "hooks").mkdir(exist_ok=True)
        (shop.clone / ".git" / "hooks" / hook).write_text(script.read_text())
        (shop.clone / ".git" / "hooks" / hook).chmod(0o755)
    settings = {
        "filter.evil.clean": script, "filter.evil.smudge": script, "filter.evil.process": script,
        "diff.evil.command": script, "core.fsmonitor": script, "core.sshCommand": script, "gpg.program": script,
        "credential.helper": f"!{script}", "core.askPass": script, "core.pager": script, "core.editor": script,
        "alias.push": f"!{script}", "uploadpack.packObjectsHook": script,
    }  # fmt: skip
    for key, value in settings.items():
        git("config", key, str(value), folder=shop.clone)
    done = shop.run()
    assert done.exit_code == 0, done.stderr
    assert not mark.exists()
    assert b"\r" not in shop.files("harden/all")["compose.yaml"]


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        ("ext::sh -c 'touch escaped'", "on no server that is asked by HTTPS or SSH"),
        ("/tmp/somewhere", "on no server"),
        ("--upload-pack=touch escaped", "on no server"),
        ("https://github.com/acme", "OWNER/NAME"),
        ("http://example.org/acme/shop", "others can read the token"),
        ("https://user:ghp_SECRET@evil.example/acme/shop.git", "no token for https://evil.example"),
    ],
)
def test_origins_that_no_token_is_sent_to(shop: Shop, origin: str, said: str) -> None:
    git("config", "remote.origin.url", origin, folder=shop.clone)
    done = shop.run()
    assert done.exit_code == 2
    assert said in done.stderr
    assert "SECRET" not in done.stderr
    assert shop.forge.asked == []


@pytest.mark.parametrize("name", ["--help", "acme/..", "acme/shop/more", "acme", "-x/y", "acme/sh op"])
def test_names_that_are_no_repository(shop: Shop, name: str) -> None:
    done = shop.run(f"--repo={name}")
    assert done.exit_code == 2
    assert "OWNER/NAME" in done.stderr


def test_a_folder_that_is_no_clone(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (other := tmp_path / "other").mkdir()
    monkeypatch.setattr(shop, "clone", other)
    done = shop.run()
    assert (done.exit_code, f"{other}: git finds no clone there" in done.stderr) == (2, True)


def test_a_clone_that_git_does_not_trust(shop: Shop) -> None:
    """Who owns it is somebody else, so git does not read its configuration."""
    shop.monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    shop.monkeypatch.setattr(repository, "_KEPT", (*repository._KEPT, "GIT_TEST_ASSUME_DIFFERENT_OWNER"))
    done = shop.run()
    assert done.exit_code == 2
    assert "dubious ownership" in done.stderr


@pytest.mark.parametrize("base", ["--force", "a..b", "no such", "-"])
def test_names_that_are_no_branch(shop: Shop, base: str) -> None:
    done = shop.run(f"--base={base}")
    assert done.exit_code == 2
    assert "no branch" in done.stderr
    assert shop.forge.changes == []


def test_the_token_is_in_no_argument_no_file_and_no_environment_but_of_git(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    import subprocess  # noqa: PLC0415 - what is looked into

    seen: list[tuple[list[str], dict[str, str]]] = []
    run, popen = subprocess.run, subprocess.Popen

    def noted(command: list[str], *arguments: object, **options: object) -> object:
        seen.append((command, dict(options.get("env") or os.environ)))  # type: ignore[call-overload]  # a mapping
        return run(command, *arguments, **options)  # type: ignore[call-overload]  # passed on

    monkeypatch.setattr(subprocess, "run", noted)
    shop.run()
    monkeypatch.setattr(subprocess, "run", run)
    ours = [(command, given) for command, given in seen if "core.fsmonitor=false" in command]
    assert len(ours) > 10
    secrets = {TOKEN}
    for command, given in ours:
        assert not any(secret in word for word in command for secret in secrets)
        assert "GITHUB_TOKEN" not in given
        asks = any(word in command for word in ("ls-remote", "fetch", "push"))
        assert any("AUTHORIZATION" in value.upper() for value in given.values()) == asks
    assert "GITHUB_TOKEN" not in os.environ
    assert popen is subprocess.Popen


def test_git_is_given_little_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("GIT_SSH_COMMAND", "evil")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "evil")
    assert {"AWS_SECRET_ACCESS_KEY", "GIT_SSH_COMMAND", "GIT_EXTERNAL_DIFF"}.isdisjoint(environment())


def test_a_snapshot_is_what_is_stored(shop: Shop, tmp_path: Path) -> None:
    shop.commit({".gitattributes": "*.py text eol=crlf\n", "run.sh": "#!/bin/sh\n"})
    (tmp_path / "objects").mkdir()
    (tmp_path / "files").mkdir()
    from hardener.bot.credentials import Secret  # noqa: PLC0415 - beside what uses it

    made = Git.make(tmp_path / "objects", f"{shop.forge.url}/{SLUG}.git", Secret(TOKEN), Identity())
    lay_out(made, made.fetch("refs/heads/main", 1), (tmp_path / "files").resolve())
    laid = {
        path.relative_to(tmp_path / "files").as_posix(): path.read_bytes()
        for path in (tmp_path / "files").rglob("*")
        if path.is_file()
    }
    assert laid == shop.files("main")
    with pytest.raises(GitError):
        made.read("0" * 40)
