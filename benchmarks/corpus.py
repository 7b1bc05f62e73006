"""The files that are measured, the same ones in every run."""

from __future__ import annotations

from pathlib import Path

from benchmarks.compose import compose
from benchmarks.dockerfiles import ENTRYPOINT, dockerfile
from benchmarks.kubernetes import manifest
from benchmarks.writing import Author, Yaml

OURS = "projects"
OTHERS = "others"


def write_projects(folder: Path, files: int) -> None:
    """Write so many files of the three formats, a third of them clean, and a tenth as many that are none of ours."""
    for number in range(files):
        project = folder / OURS / f"project-{number // 3:03}"
        project.mkdir(parents=True, exist_ok=True)
        author = Author(f"file {number}")
        clean = number // 3 % 3 == 0
        name, text = _file(author, number % 3, clean)
        _write(project / name, text, author.newline)
        _write(project / "entrypoint.sh", ENTRYPOINT)
    for number in range(files // 10):
        _write_other(folder / OTHERS, number)


def write_manifest(path: Path, documents: int) -> None:
    """Write a manifest of so many documents, about 2 KB each."""
    _write(path, manifest(Author("manifest"), documents, clean=False, variables=50))


def write_compose(path: Path, lines: int) -> None:
    """Write a Compose file of about so many lines, and the Dockerfile that it builds."""
    write_dockerfile(path.with_name("Dockerfile"), 1)
    _write(path, compose(Author("compose"), lines // 20, clean=False))


def write_dockerfile(path: Path, lines: int) -> None:
    """Write a Dockerfile of about so many lines: stages of which the last one counts."""
    author = Author("dockerfile")
    text = ""
    while lines > 0:
        more = dockerfile(author, clean=False)
        lines -= more.count("\n")
        text += more
    _write(path, text)


def _file(author: Author, kind: int, clean: bool) -> tuple[str, str]:
    if kind == 0:
        return "Dockerfile", dockerfile(author, clean=clean)
    if kind == 1:
        return "compose.yaml", compose(author, author.random.randint(2, 7), clean=clean)
    return "manifest.yaml", manifest(author, author.random.randint(1, 3), clean=clean)


def _write_other(folder: Path, number: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    author = Author(f"other {number}")
    jobs: dict[str, Yaml] = {
        author.name(): {"runs-on": "ubuntu-24.04", "steps": [{"run": "make test"}], "env": author.variables(10, 60)}
    }
    _write(folder / f"pipeline-{number}.yml", author.yaml({"name": author.name(), "jobs": jobs}))


def _write(path: Path, text: str, newline: str = "\n") -> None:
    path.write_text(text, encoding="utf-8", newline=newline)
