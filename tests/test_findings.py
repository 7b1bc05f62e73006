"""What a finding says, about what, and the characters that it points at: `«…»` in the texts below.

Each Dockerfile makes two images, so that a rule that is content with the first one still looks at the second.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from hardener.model.settings import Level, Settings
from tests.conftest import harden

DOCKERFILES = [
    (
        "dockerfile-add-to-copy",
        """\
FROM debian:12 AS first
ADD https://a.test/x /x
«ADD a.py /a/»
FROM first
«ADD a.py /a/»
«ADD a.py /a/»
""",
        """\
stage first, ADD a.py /a/: copies plain files with ADD
stage 2, ADD a.py /a/: copies plain files with ADD
stage 2, ADD a.py /a/ (2): copies plain files with ADD
""",
    ),
    (
        "dockerfile-copy-chown",
        """\
FROM debian:12 AS base
WORKDIR /app
FROM base AS first
COPY a.py .
CMD /usr/bin/tool
FROM base
VOLUME /data
COPY --chown=1:1 a.py .
COPY a.py .
«ADD https://a.test/x .»
«COPY a.py /data/»
«COPY a.py /data/»
USER 10001:10001
""",
        """\
stage 3, ADD https://a.test/x .: leaves files of the program to root, who is not the one that runs (10001:10001)
stage 3, COPY a.py /data/: leaves files of the program to root, who is not the one that runs (10001:10001)
stage 3, COPY a.py /data/ (2): leaves files of the program to root, who is not the one that runs (10001:10001)
""",
    ),
    (
        "dockerfile-copy-chown",
        """\
# syntax=docker/dockerfile:1
FROM debian:12 AS first
FROM debian:12
WORKDIR /app
«ADD https://a.test/x .»
USER 10001:10001
""",
        """\
stage 2, ADD https://a.test/x .: downloads what only root may read, who is not the one that runs (10001:10001)
""",
    ),
    (
        "dockerfile-healthcheck",
        """\
FROM debian:12 AS base
FROM base AS first
HEALTHCHECK NONE
CMD a
«FROM base
CMD a»
""",
        """\
stage 3: does not say how to tell that it works
""",
    ),
    (
        "dockerfile-no-setuid",
        """\
FROM debian:12 AS first
RUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +
«FROM debian:12
CMD a»
""",
        """\
stage 2: keeps the setuid and setgid bits of its programs
""",
    ),
    (
        "dockerfile-no-sudo",
        """\
FROM debian:12 AS first
RUN apt-get install -y curl «sudo» && apt-get install sudo
FROM debian:12
«RUN echo 'a ALL=(ALL) ALL' > /etc/sudoers»
""",
        """\
stage first: installs sudo
stage 2: configures sudo
""",
    ),
    (
        "dockerfile-no-world-writable",
        """\
FROM debian:12 AS build
RUN chmod 777 /a
FROM debian:12 AS first
RUN mkdir /a && «chmod 777 /a»
FROM first
COPY «--chmod=777» a.py /a/
RUN «chmod 777 /a» && «chmod 777 /a»
""",
        """\
stage first, chmod 777 /a: `chmod 777 /a` lets anybody write
stage 3, COPY --chmod=777 a.py /a/: `COPY --chmod=777 a.py /a/` lets anybody write
stage 3, chmod 777 /a: `chmod 777 /a` lets anybody write
stage 3, chmod 777 /a (2): `chmod 777 /a` lets anybody write
""",
    ),
    (
        "dockerfile-non-root-user",
        """\
FROM debian:12 AS base
USER root
FROM debian:12 AS first
USER 10001:10001
«FROM base»
""",
        """\
stage 3: runs as root
""",
    ),
    (
        "dockerfile-non-root-user",
        """\
FROM acme/app:1 AS first
«USER root»
FROM debian:12
RUN true
«USER nobody»
""",
        """\
stage first: runs as root
stage 2: names its user without fixed numbers
""",
    ),
    (
        "dockerfile-pin-base",
        """\
ARG B
FROM scratch AS a
FROM «$B» AS first
FROM a
FROM --platform=linux/amd64 «debian:12»
FROM «debian»
""",
        """\
stage first: is built from whatever a build argument names
stage 4: is built from debian:12, which can be moved
stage 5: is built from whatever debian is latest
""",
    ),
    (
        "dockerfile-pipe-to-shell",
        """\
FROM debian:12 AS first
FROM debian:12
«RUN curl https://a.test/x | sh»
«RUN curl https://a.test/x | sh»
""",
        """\
stage 2, https://a.test/x: runs with sh what https://a.test/x answers
stage 2, https://a.test/x (2): runs with sh what https://a.test/x answers
""",
    ),
    (
        "dockerfile-secrets",
        """\
«ARG TOKEN=glpat-Zx81kQw2Lr9TnB4vYc7d»
FROM debian:12 AS first
«ENV DB_PASSWORD=hunter2»
FROM debian:12
«COPY id_rsa /a»
«ENV DB_PASSWORD=hunter2»
«ENV DB_PASSWORD=hunter2»
""",
        """\
build arguments, ARG TOKEN: shows TOKEN
stage first, ENV DB_PASSWORD: shows DB_PASSWORD
stage 2, COPY id_rsa: copies id_rsa
stage 2, ENV DB_PASSWORD: shows DB_PASSWORD
stage 2, ENV DB_PASSWORD (2): shows DB_PASSWORD
""",
    ),
    (
        "dockerfile-writable-paths",
        """\
FROM debian:12 AS first
USER 10001:10001
FROM debian:12
VOLUME /a /b
«USER 10001:10001»
""",
        """\
stage 2: does not give /a, /b to the one that runs (10001:10001)
""",
    ),
]


@pytest.mark.parametrize(("rule", "text", "expected"), DOCKERFILES, ids=[row[0] for row in DOCKERFILES])
def test_dockerfile(isolated: Path, rule: str, text: str, expected: str) -> None:
    assert said(isolated, "Dockerfile", rule, text) == (marked(text), expected.split("\n")[:-1])


def said(folder: Path, name: str, rule: str, text: str) -> tuple[list[tuple[int, int]], list[str]]:
    (folder / name).write_text(re.sub("[«»]", "", text))
    (folder / "a.py").write_text("print()\n")
    settings = replace(Settings(), select=(rule,), level=Level.RESTRICTED, targets={name: ("first",)})
    findings = [outcome.finding for outcome in harden(folder, settings).outcomes]
    findings.sort(key=lambda finding: (finding.start, finding.subject))
    return [(found.start, found.end) for found in findings], [f"{found.subject}: {found.message}" for found in findings]


def marked(text: str) -> list[tuple[int, int]]:
    found = [re.sub("[«»]", "", text[: match.start()]) for match in re.finditer("[«»]", text)]
    return [(len(a), len(b)) for a, b in zip(found[::2], found[1::2], strict=True)]
