"""Git, as a program: objects, commits and branches in a bare repository of our own.

No work tree is ever made, so that neither filters nor hooks nor drivers of a hostile repository have a moment to run:
files are read as blobs and written as blobs. What the system's and the user's own configuration say (name, key for
signatures, proxy, certificates) holds; that of a clone does not.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple

from hardener.bot.credentials import Secret
from hardener.text.terminal import printable

PATIENCE = 600
"""Seconds that one command may take."""

_KEPT = (
    *("PATH", "HOME", "USER", "LOGNAME", "USERPROFILE", "APPDATA", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP"),
    *("XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"),
    *("GNUPGHOME", "GPG_TTY", "SSH_AUTH_SOCK", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "GH_CONFIG_DIR"),
    *("http_proxy", "https_proxy", "no_proxy", "all_proxy", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"),
    *("GIT_SSL_CAINFO", "SSL_CERT_FILE", "SSL_CERT_DIR"),
)
"""What git gets of our environment: a token that somebody put there is not among it."""
_FIXED = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_ALLOW_PROTOCOL": "https:http:ssh",
    "LC_ALL": "C.UTF-8",
}
_OPTIONS = (
    *("-c", f"core.hooksPath={os.devnull}", "-c", f"core.attributesFile={os.devnull}", "-c", "core.fsmonitor=false"),
    *("-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "submodule.recurse=false"),
    *("-c", "fetch.recurseSubmodules=false", "-c", "push.recurseSubmodules=no", "-c", "push.gpgSign=false"),
    *("-c", "http.followRedirects=false", "-c", "http.lowSpeedLimit=100", "-c", "http.lowSpeedTime=60"),
    *("-c", "credential.interactive=never"),
)


class GitError(Exception):
    """A command of git that failed; the message is what git said, without secrets."""


class Commit(NamedTuple):
    """What a commit says."""

    tree: str
    parents: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose commits they are, and whether they are signed."""

    name: str = "harden"
    email: str = "harden@noreply.invalid"
    """RFC 2606 keeps that name from being anybody's: the address of a forge's would be one of its users."""
    signing: tuple[tuple[str, str], ...] = ()
    """Git's settings for signatures; empty: commits are not signed."""

    @property
    def environment(self) -> dict[str, str]:
        """What tells git."""
        return {
            f"GIT_{role}_{what}": value
            for role in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", self.name), ("EMAIL", self.email))
        }


@dataclass(frozen=True, slots=True)
class Git:
    """A bare repository of our own, and the one on a server that it is about."""

    folder: Path
    url: str
    secret: Secret | None = field(default=None, repr=False)
    identity: Identity = Identity()

    @classmethod
    def make(cls, folder: Path, url: str, secret: Secret | None, identity: Identity) -> Git:
        """Return an empty repository in a folder that exists."""
        made = cls(folder, url, secret, identity)
        made.run("init", "--quiet", "--bare", "--template=", "--initial-branch=none")
        return made

    def run(self, *arguments: str, stdin: bytes = b"", more: Mapping[str, str] | None = None) -> bytes:
        """Run a command in the repository and return what it prints. Raises GitError."""
        return _run(
            ["git", *_OPTIONS, "--git-dir", str(self.folder), *arguments], self.folder, stdin, more, self.secret
        )

    def ask_server(self, command: str, *arguments: str) -> bytes:
        """Run a command that talks to the server; `{url}` among the arguments is where. Raises GitError.

        The secret is in the environment of this one command, and for this URL alone: never in its arguments.
        """
        more = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "credential.helper", "GIT_CONFIG_VALUE_0": ""}
        if self.secret is not None:
            more |= {"GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_1": f"http.{self.url}.extraHeader"}
            more |= {"GIT_CONFIG_VALUE_1": self.secret.header}
        return self.run(command, *(self.url if each == "{url}" else each for each in arguments), more=more)

    def branches(self, *patterns: str) -> dict[str, str]:
        """Return the server's branches that match (`harden/*`), each with its newest commit."""
        listed = self.ask_server("ls-remote", "--heads", "--", "{url}", *(f"refs/heads/{each}" for each in patterns))
        pairs = (line.split("\t", 1) for line in listed.decode(errors="surrogateescape").split("\n") if line)
        return {name.removeprefix("refs/heads/"): commit for commit, name in pairs}

    def fetch(self, reference: str, depth: int) -> str:
        """Fetch so many commits of one of the server's references and return the newest."""
        kept = f"refs/fetched/{reference.removeprefix('refs/')}"
        options = (f"--depth={depth}", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--quiet")
        self.ask_server("fetch", *options, "--", "{url}", f"+{reference}:{kept}")
        return self.run("rev-parse", "--verify", "--end-of-options", kept).decode().strip()

    def push(self, branch: str, commit: str, expected: str) -> None:
        """Put a branch of the server to a commit, if it still is at the `expected` one (empty: is not there)."""
        name = f"refs/heads/{branch}"
        lease = f"--force-with-lease={name}:{expected}"
        self.ask_server("push", "--quiet", "--no-verify", lease, "--", "{url}", f"{commit}:{name}")

    def delete(self, branch: str, expected: str) -> None:
        """Remove a branch of the server, if it still is at the `expected` commit."""
        self.push(branch, "", expected)

    def tree(self, parent: str, files: Mapping[str, bytes]) -> str:
        """Return the tree of a commit with other bytes in some files, or with new files."""
        index = {"GIT_INDEX_FILE": str(self.folder / "harden.index")}
        self.run("read-tree", parent, more=index)
        entries = b"".join(self._entry(parent, path, content) for path, content in files.items())
        self.run("update-index", "-z", "--index-info", stdin=entries, more=index)
        return self.run("write-tree", more=index).decode().strip()

    def commit(self, tree: str, parent: str, message: str) -> str:
        """Return a new commit, signed where the identity says so."""
        signing = [part for key, value in self.identity.signing for part in ("-c", f"{key}={value}")]
        sign = ["-S"] if signing else []
        command = (*signing, "commit-tree", tree, "-p", parent, *sign, "-F", "-")
        made = self.run(*command, stdin=message.encode(errors="replace"), more=self.identity.environment)
        return made.decode().strip()

    def read(self, commit: str) -> Commit:
        """Return what a commit says. Raises GitError where it is not here."""
        head, _, message = self.run("cat-file", "commit", commit).decode(errors="replace").partition("\n\n")
        lines = [line.split(" ", 1) for line in head.split("\n")]
        parents = tuple(line[1] for line in lines if line[0] == "parent")
        return Commit(next(line[1] for line in lines if line[0] == "tree"), parents, message)

    def blobs(self, wanted: Sequence[str]) -> Iterator[tuple[str, int, IO[bytes]]]:
        """Yield each object's name and size, and a stream from which so many bytes must be read."""
        command = ["git", *_OPTIONS, "--git-dir", str(self.folder), "cat-file", "--batch"]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment()
        ) as process:
            if process.stdin is None or process.stdout is None:
                raise GitError("git cat-file cannot be asked")
            for name in wanted:
                process.stdin.write(f"{name}\n".encode())
                process.stdin.flush()
                words = process.stdout.readline().split()
                if len(words) != 3:
                    raise GitError(f"git has no object {name}")
                yield name, int(words[2]), process.stdout
                process.stdout.read(1)  # the newline behind each
            process.stdin.close()

    def _entry(self, parent: str, path: str, content: bytes) -> bytes:
        blob = self.run("hash-object", "-w", "--stdin", stdin=content)
        known = self.run("ls-tree", "-z", "--full-tree", parent, "--", path).split(b" ", 1)[0]
        return (known or b"100644") + b" " + blob.strip() + b"\t" + os.fsencode(path) + b"\0"


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return what git is given of our environment, and what it is told besides."""
    return {**{name: os.environ[name] for name in _KEPT if name in os.environ}, **_FIXED, **(more or {})}


def origin(clone: Path) -> str:
    """Return the URL of a clone's origin as its configuration has it. Raises GitError."""
    try:  # where git does not trust a folder's owner, it says so here alone, and elsewhere that nothing is set
        _run(["git", *_OPTIONS, "rev-parse", "--git-dir"], clone, b"", None, None)
    except GitError as error:
        raise GitError(f"{clone}: git finds no clone there: {error}") from None
    return _asked(clone, "config", "--get", "remote.origin.url") or _refuse(
        f"{clone}: there is no remote called origin"
    )


def head(folder: Path) -> str:
    """Return the commit that a clone's files stand on; empty where there is none."""
    return _asked(folder, "rev-parse", "--verify", "--quiet", "HEAD")


def identity(folder: Path) -> Identity:
    """Return who commits in a folder as git is set up there, else ourselves."""
    known = {key: _asked(folder, "config", "--get", key) for key in ("user.name", "user.email", "user.signingkey")}
    if not (known["user.name"] and known["user.email"]):
        return Identity()
    signing: tuple[tuple[str, str], ...] = ()
    if _asked(folder, "config", "--type=bool", "--get", "commit.gpgsign") == "true":
        settings = {"user.signingkey": known["user.signingkey"], "gpg.format": _asked(folder, "config", "gpg.format")}
        signing = (("commit.gpgsign", "true"), *((key, value) for key, value in settings.items() if value))
    return Identity(known["user.name"], known["user.email"], signing)


def helpers_secret(server: str, folder: Path) -> Secret | None:
    """Return what the user's credential helper knows of a server; None where it knows nothing, and nobody is asked.

    https://git-scm.com/docs/git-credential
    """
    with suppress(GitError):
        asked = f"url={server}\n\n".encode()
        found = _run(["git", *_OPTIONS, "credential", "fill"], folder, asked, None, None).decode()
        values = dict(line.split("=", 1) for line in found.split("\n") if "=" in line)
        if values.get("password"):
            return Secret(values["password"], values.get("username", ""))
    return None


def _refuse(message: str) -> str:
    raise GitError(message)


def _asked(folder: Path, *arguments: str) -> str:
    """Return what a question about configuration gets; empty where nothing is set."""
    with suppress(GitError):
        return _run(["git", *_OPTIONS, *arguments], folder, b"", None, None).decode(errors="replace").strip()
    return ""


def _run(
    command: Sequence[str], folder: Path, stdin: bytes, more: Mapping[str, str] | None, secret: Secret | None
) -> bytes:
    try:
        done = subprocess.run(
            command, cwd=folder, input=stdin, env=environment(more), capture_output=True, timeout=PATIENCE, check=False
        )
    except FileNotFoundError:
        raise GitError("git is not installed") from None
    except subprocess.TimeoutExpired:
        raise GitError(f"git did not end within {PATIENCE} seconds") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        said = printable(secret.removed_from(said) if secret else said, keep="\n")
        raise GitError(said or f"git ended with {done.returncode}")
    return done.stdout
