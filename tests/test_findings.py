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

ROOTS = "leaves files of the program to root, who is not the one that runs"

DOCKERFILES = [
    (
        "dockerfile-add-to-copy",
        "FROM debian:12 AS first\nADD https://a.test/x /x\n«ADD a.py /a/»\nFROM first\n«ADD a.py /a/»\n«ADD a.py /a/»\n",
        [
            "stage first, ADD a.py /a/: copies plain files with ADD",
            "stage 2, ADD a.py /a/: copies plain files with ADD",
            "stage 2, ADD a.py /a/ (2): copies plain files with ADD",
        ],
    ),
    (
        "dockerfile-copy-chown",
        "FROM debian:12 AS base\nWORKDIR /app\nFROM base AS first\nCOPY a.py .\nCMD /usr/bin/tool\n"
        "FROM base\nVOLUME /data\nCOPY --chown=1:1 a.py .\nCOPY a.py .\n«ADD https://a.test/x .»\n"
        "«COPY a.py /data/»\n«COPY a.py /data/»\nUSER 10001:10001\n",
        [
            f"stage 3, ADD https://a.test/x .: {ROOTS} (10001:10001)",
            f"stage 3, COPY a.py /data/: {ROOTS} (10001:10001)",
            f"stage 3, COPY a.py /data/ (2): {ROOTS} (10001:10001)",
        ],
    ),
    (
        "dockerfile-copy-chown",
        "# syntax=docker/dockerfile:1\nFROM debian:12 AS first\nFROM debian:12\nWORKDIR /app\n"
        "«ADD https://a.test/x .»\nUSER 10001:10001\n",
        [
            "stage 2, ADD https://a.test/x .: downloads what only root may read, who is not the one that runs (10001:10001)"
        ],
    ),
    (
        "dockerfile-healthcheck",
        "FROM debian:12 AS base\nFROM base AS first\nHEALTHCHECK NONE\nCMD a\n«FROM base\nCMD a»\n",
        ["stage 3: does not say how to tell that it works"],
    ),
    (
        "dockerfile-no-setuid",
        "FROM debian:12 AS first\nRUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +\n«FROM debian:12\nCMD a»\n",
        ["stage 2: keeps the setuid and setgid bits of its programs"],
    ),
    (
        "dockerfile-no-sudo",
        "FROM debian:12 AS first\nRUN apt-get install -y curl «sudo» && apt-get install sudo\n"
        "FROM debian:12\n«RUN echo 'a ALL=(ALL) ALL' > /etc/sudoers»\n",
        ["stage first: installs sudo", "stage 2: configures sudo"],
    ),
    (
        "dockerfile-no-world-writable",
        "FROM debian:12 AS build\nRUN chmod 777 /a\nFROM debian:12 AS first\nRUN mkdir /a && «chmod 777 /a»\n"
        "FROM first\nCOPY «--chmod=777» a.py /a/\nRUN «chmod 777 /a» && «chmod 777 /a»\n",
        [
            "stage first, chmod 777 /a: `chmod 777 /a` lets anybody write",
            "stage 3, COPY --chmod=777 a.py /a/: `COPY --chmod=777 a.py /a/` lets anybody write",
            "stage 3, chmod 777 /a: `chmod 777 /a` lets anybody write",
            "stage 3, chmod 777 /a (2): `chmod 777 /a` lets anybody write",
        ],
    ),
    (
        "dockerfile-non-root-user",
        "FROM debian:12 AS base\nUSER root\nFROM debian:12 AS first\nUSER 10001:10001\n«FROM base»\n",
        ["stage 3: runs as root"],
    ),
    (
        "dockerfile-non-root-user",
        "FROM acme/app:1 AS first\n«USER root»\nFROM debian:12\nRUN true\n«USER nobody»\n",
        ["stage first: runs as root", "stage 2: names its user without fixed numbers"],
    ),
    (
        "dockerfile-pin-base",
        "ARG B\nFROM scratch AS a\nFROM «$B» AS first\nFROM a\nFROM --platform=linux/amd64 «debian:12»\nFROM «debian»\n",
        [
            "stage first: is built from whatever a build argument names",
            "stage 4: is built from debian:12, which can be moved",
            "stage 5: is built from whatever debian is latest",
        ],
    ),
    (
        "dockerfile-pipe-to-shell",
        "FROM debian:12 AS first\nFROM debian:12\n«RUN curl https://a.test/x | sh»\n«RUN curl https://a.test/x | sh»\n",
        [
            "stage 2, https://a.test/x: runs with sh what https://a.test/x answers",
            "stage 2, https://a.test/x (2): runs with sh what https://a.test/x answers",
        ],
    ),
    (
        "dockerfile-secrets",
        "«ARG TOKEN=glpat-Zx81kQw2Lr9TnB4vYc7d»\nFROM debian:12 AS first\n«ENV DB_PASSWORD=hunter2»\n"
        "FROM debian:12\n«COPY id_rsa /a»\n«ENV DB_PASSWORD=hunter2»\n«ENV DB_PASSWORD=hunter2»\n",
        [
            "build arguments, ARG TOKEN: shows TOKEN",
            "stage first, ENV DB_PASSWORD: shows DB_PASSWORD",
            "stage 2, COPY id_rsa: copies id_rsa",
            "stage 2, ENV DB_PASSWORD: shows DB_PASSWORD",
            "stage 2, ENV DB_PASSWORD (2): shows DB_PASSWORD",
        ],
    ),
    (
        "dockerfile-writable-paths",
        "FROM debian:12 AS first\nUSER 10001:10001\nFROM debian:12\nVOLUME /a /b\n«USER 10001:10001»\n",
        ["stage 2: does not give /a, /b to the one that runs (10001:10001)"],
    ),
]


@pytest.mark.parametrize(("rule", "text", "expected"), DOCKERFILES, ids=[row[0] for row in DOCKERFILES])
def test_dockerfile(isolated: Path, rule: str, text: str, expected: list[str]) -> None:
    assert said(isolated, "Dockerfile", rule, text) == (marked(text), expected)


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
