"""What an image keeps in root's home, and what only looks like it."""

from __future__ import annotations

import pytest

from hardener.model.dockerfile.roothome import corepack_line, kept_in_root_home
from tests.model.dockerfiles import last_stage

BASE = "FROM python:3.12-slim\n"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("WORKDIR /root/app", "its working directory is /root/app"),
        ("COPY x /root/x", "line 2 copies to /root/x"),
        ("ENV PATH=/root/.local/bin:$PATH", "PATH names"),
        ("VOLUME /data /root/.x", "line 2 declares /root/.x"),
        ('VOLUME ["/root"]', "line 2 declares /root"),
        ("RUN cp x ~/.config", "`cp ~/.config`"),
        ("RUN mkdir -p $HOME/x", "`mkdir $HOME/x`"),
        ("RUN tool --prefix=/root/t", "`tool --prefix=/root/t`"),
        ("RUN echo x > ${HOME}/.npmrc", "`echo ${HOME}/.npmrc`"),
        ("RUN cd /x && pip3 install --user y", "`pip3 install --user y`"),
        ("RUN python -c \"import nltk; nltk.download('x')\"", "nltk.download"),
        ("RUN npx playwright install --with-deps chromium", "playwright install"),
        ("RUN mkdir /root/a && rm -rf /root/b", "`mkdir /root/a`"),
    ],
)
def test_it_is_kept_there(lines: str, said: str) -> None:
    assert said in kept_in_root_home(last_stage(f"{BASE}{lines}\n"))


@pytest.mark.parametrize(
    "lines",
    [
        "RUN rm -rf /root/.cache ~/.npm",
        "RUN mkdir -p /root/.cache/x && rm -rf /root/.cache",
        "RUN --mount=type=cache,target=/root/.cache/pip pip install x",
        "RUN cd /root && make install",
        "RUN echo /root",
        "RUN ls ~",
        "RUN cp x /rooted/y && cp x /srv/root/y",
        "ENV HOME=/srv\nRUN mkdir ~/x $HOME/y",
        "RUN useradd -m web\nUSER web\nRUN pip install --user x && mkdir ~/y",
        "ENV NLTK_DATA=/usr/share/nltk_data\nRUN python -m nltk.downloader all",
        "RUN pip install --no-cache-dir --upgrade x",
        "RUN playwright install-deps",
        "COPY x /rooted/",
    ],
)
def test_it_is_not(lines: str) -> None:
    assert kept_in_root_home(last_stage(f"{BASE}{lines}\n")) == ""


def test_other_stages_do_not_count() -> None:
    assert kept_in_root_home(last_stage(f"{BASE}RUN mkdir ~/x\nFROM debian:12\n")) == ""
    assert kept_in_root_home(last_stage("FROM debian:12 AS a\nRUN mkdir ~/x\nFROM a\n")) != ""


def test_corepack() -> None:
    assert corepack_line(last_stage("FROM node:22\nRUN corepack enable\n")) == 2
    assert corepack_line(last_stage("FROM node:22\nENV COREPACK_HOME=/opt/c\nRUN corepack enable\n")) is None
    assert corepack_line(last_stage("FROM node:22\nRUN npm install -g pnpm\n")) is None
