"""Base images that stand in for the originals, made once per engine: debootstrap, then `baseimages/Dockerfile`.

What this machine needs in order to reach the network (its mirror, its certificates, its settings of pip) is copied from
it when the images are made.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.engine.docker import PROXIES, Docker

LABEL = "harden.engine-base"
"""Carried by every base image that was made here; the value is the recipe's hash."""

NAMES = {
    "debian": ("debian:bookworm-slim",),
    "python": ("python:3.12-slim", "python:3.11-slim-bookworm"),
    "node": ("node:20-slim",),
    "nginx": ("nginx:1.27",),
    "alpine": ("alpine:3.20",),
    "nginx-alpine": ("nginx:1.27-alpine",),
    "distroless-static": ("gcr.io/distroless/static-debian12:latest",),
    "distroless-python": ("gcr.io/distroless/python3-debian12:latest",),
}
"""By stage of the Dockerfile: the images that it stands in for."""

PACKAGES = "ca-certificates,gosu,nginx-light,nodejs,python3,python3-venv,sudo"
SUITE = "bookworm"
RECIPE = Path(__file__).parent / "baseimages"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")

_SPECIFIC = ("index-url", "extra-index-url", "trusted-host", "proxy", "timeout")
"""The settings of pip that say where it finds packages."""


def make_bases(docker: Docker) -> None:
    """Make the base images that are missing on this engine, one process at a time.

    An image of the same name that was not made here is the original: it is used, and never replaced.
    """
    with (Path(tempfile.gettempdir()) / "harden-engine-bases.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        recipe = _hash()
        missing = {
            stage: names for stage, names in NAMES.items() if any(_is_missing(docker, name, recipe) for name in names)
        }
        if missing:
            root = _root(docker, recipe)
            for stage, names in missing.items():
                _build(docker, root, stage, recipe, [name for name in names if _is_missing(docker, name, recipe)])


def _is_missing(docker: Docker, name: str, recipe: str) -> bool:
    if not docker("images", "-q", name):
        return True
    return (docker.inspect(name)["Config"].get("Labels") or {}).get(LABEL, recipe) != recipe


def _build(docker: Docker, root: str, stage: str, recipe: str, names: list[str]) -> None:
    tags = [option for name in names for option in ("-t", name)]
    proxies = [f"--build-arg={name}" for name in PROXIES if name in os.environ]
    docker(
        "build", "-q", "--target", stage, "--build-arg", f"ROOT={root}", *proxies,
        "--label", f"{LABEL}={recipe}", *tags, str(RECIPE),
    )  # fmt: skip


def _root(docker: Docker, recipe: str) -> str:
    """Return the name of an image with a Debian that has all packages; makes it if it is missing."""
    name = f"harden-engine-root:{recipe[:12]}"
    if docker("images", "-q", name):
        return name
    folder = Path(tempfile.mkdtemp(prefix="harden-debian-"))
    try:
        subprocess.run(
            ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, folder / "root", *_mirror()],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        _prepare(folder / "root")
        with subprocess.Popen(["tar", "-C", folder / "root", "-c", "."], stdout=subprocess.PIPE) as archive:
            subprocess.run(
                [docker.path, "import", "-c", f"LABEL {LABEL}={recipe}", "-", name],
                stdin=archive.stdout, check=True, stdout=subprocess.DEVNULL,
            )  # fmt: skip
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return name


def _prepare(root: Path) -> None:
    for package in (root / "var/cache/apt/archives").glob("*.deb"):
        package.unlink()
    if CERTIFICATES.is_file():
        shutil.copyfile(CERTIFICATES, root / CERTIFICATES.relative_to("/"))
    lines = [f"{name} = {value}" for name, value in _pip_settings().items()]
    (root / "etc/pip.conf").write_text("\n".join(["[global]", f"cert = {CERTIFICATES}", *lines, ""]))


def _pip_settings() -> dict[str, str]:
    """Return where this machine's pip looks for packages, as far as a container can look there too."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    found = {}
    for line in listed.split("\n"):
        key, _, value = line.partition("=")
        name = key.rpartition(".")[2]
        words = [word for word in value.strip("'\" ").split() if not word.startswith(("/", "file:"))]
        if name in _SPECIFIC and words:
            found[name] = " ".join(words)
    return found


def _mirror() -> list[str]:
    """Return the mirror that this machine's apt has for the suite; empty for debootstrap's own."""
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Origin: Debian", f"Codename: {SUITE}"],
        capture_output=True, text=True, check=False,
    ).stdout.split()  # fmt: skip
    return listed[:1]


def _hash() -> str:
    """Return a hash of everything that the images are made from."""
    parts = [Path(__file__).read_bytes(), repr(_pip_settings()).encode()]
    parts += [path.read_bytes() for path in sorted(RECIPE.rglob("*")) if path.is_file()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
