"""Dockerfiles with every construct that BuildKit knows, and folders to build them in."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.properties.yamltext import Writer, ended

BASES = (
    *(
        "python:3.12-slim",
        "debian:12",
        "python:3.12-slim",
        "alpine:3.20",
        "node:22",
        "alpine:3.20",
        "scratch",
        "elsewhere/thing",
        "${BASE}",
    ),
    *("nginx:1.27-alpine", "gcr.io/distroless/static-debian12", "--platform=$BUILDPLATFORM python:3.12", "node:22"),
)
CONTEXT = {
    "app/main.py": "print('hello')\n",
    "start.sh": '#!/bin/sh\nset -e\nexec python /app/main.py "$@"\n',
    "steps-down.sh": '#!/bin/sh\nchown app /data\nexec gosu app "$@"\n',
}
"""Files that the instructions name."""
INSTRUCTIONS = (
    *("RUN apt-get update && apt-get install -y curl", "RUN mkdir -p /app/logs /data", 'RUN ["echo", "a b"]'),
    *("RUN groupadd -r app && useradd -r -g app -u 1000 app", "RUN adduser -D app", "RUN useradd -u 1000 -m app"),
    *(
        "RUN addgroup --system app && adduser --system --ingroup app --uid 10001 app",
        "RUN --mount=type=cache,target=/x make",
    ),
    *("COPY app /app", "COPY app/ ./", "COPY --chown=app:app app /app", "COPY --from=build /out /app/bin", "COPY . ."),
    *(
        'COPY ["app", "/app dir/"]',
        "COPY --chmod=755 start.sh steps-down.sh /usr/local/bin/",
        "ADD app /srv",
        "copy app /srv/app",
    ),
    *("COPY --from=0 /x /opt/venv", "ADD https://example.org/x.tgz /opt/", "COPY $SRC /app", "COPY --link app /app"),
    *("USER root", "USER app", "USER 1000", "USER 1000:1000", "USER 0:0", "USER ${APP_USER:-app}", "user nobody"),
    *(
        "WORKDIR /app",
        "WORKDIR app",
        "workdir /srv",
        "ENV A=b PATH=/x:$PATH",
        "ENV old style",
        "ARG APP_USER=app",
        "ARG SRC=app",
    ),
    *(
        'CMD ["python", "main.py"]',
        "CMD python main.py",
        "cmd []",
        'ENTRYPOINT ["/usr/local/bin/start.sh"]',
        "ENTRYPOINT /app/run",
    ),
    *('ENTRYPOINT ["steps-down.sh"]', "HEALTHCHECK --interval=5s CMD curl -f http://x/", "HEALTHCHECK NONE"),
    *(
        "ONBUILD COPY . /app",
        "ONBUILD USER app",
        "ONBUILD RUN make",
        "EXPOSE 80 8080/udp",
        "VOLUME /data",
        'VOLUME ["/a", "/b"]',
    ),
    *("LABEL a=b c='d e'", "STOPSIGNAL SIGINT", 'SHELL ["/bin/bash", "-c"]', "MAINTAINER a@b", "RUN gosu app true"),
)
STARTS = (
    ['CMD ["python", "main.py"]'],
    ['ENTRYPOINT ["/usr/local/bin/start.sh"]', 'CMD ["--port", "80"]'],
    ["HEALTHCHECK CMD true", "CMD python main.py"],
    ["  cmd /app/run"],
)
"""How an image starts; without that there is nothing to judge."""
HEREDOCS = (
    ["RUN <<EOF", "echo a", "# no comment", "USER inner", "EOF"],
    ["RUN <<-'EOF' sh", "\tset -e", "", "\tEOF"],
    ['COPY --chown=1:1 <<"A" <<B /etc/', "FROM x", "A", "$B \\", "B"],
    ["COPY <<x.conf /etc/x.conf", "x.conf"],
    ["run <<ONE cat <<TWO", "1", "ONE", "2", "TWO"],
)
BROKEN_LINES = (
    ["RUN a {0}", "  && b {0}", "    # a comment", "", "  && c"],
    ["RUN echo a{0}  ", "b"],
    ["COPY app {0}", "# where to", "  /app"],
    ["ENV A=1 {0}", "    B=2"],
    ["CMD [{0}", '  "a", {0}', '  "b"]'],
    ["FROM {0}", "  debian:12 {0}", "  AS late"],
    ["USER {0}", "  root"],
)
BLANKS = ("", "# a comment", "   # indented", "  ", "#", "# ä 漢 😀 \u2028 \x0c")


def dockerfile(draw: Any) -> str:
    """Draw the text of a Dockerfile."""
    writer = Writer(draw)
    escape = writer.pick("\\", "\\", "\\", "\\", "`")
    lines = ["# escape=`"] if escape == "`" else []
    lines[:0] = writer.pick([], [], ["# syntax=docker/dockerfile:1.7"], ["#syntax = docker/dockerfile:1"])
    lines += writer.pick([], [], ["# check=skip=all"])  # last: the oracle is older and stops reading directives there
    if writer.one_in(4):
        lines.append(writer.pick("ARG BASE=debian:12", "ARG BASE", "arg BASE=alpine"))
    stages = draw(st.integers(1, 3))
    for index in range(stages):
        lines += _from(writer, index)
        for _ in range(draw(st.integers(0, 6))):
            lines += _instruction(writer, escape)
    if not writer.one_in(6):
        lines += writer.pick(*STARTS)
    if writer.one_in(20):
        lines[-1] += " " + escape
    if writer.one_in(40):
        lines = []
    if writer.one_in(6):
        lines = [line + writer.pick("", "", " ", "\t") for line in lines]
    return ended(writer, lines)


def _from(writer: Writer, index: int) -> list[str]:
    base = writer.pick(*BASES) if not index or not writer.one_in(3) else f"s{index - 1}"
    keyword = writer.pick("FROM", "FROM", "FROM", "from", "From", "  FROM")
    name = f" {writer.pick('AS', 'as')} {'build' if writer.one_in(3) and not index else f's{index}'}"
    return [*([writer.pick(*BLANKS)] if writer.one_in(3) else []), f"{keyword} {base}{name}"]


def _instruction(writer: Writer, escape: str) -> list[str]:
    before = [writer.pick(*BLANKS)] if writer.one_in(4) else []
    if writer.one_in(8):
        return [*before, *writer.pick(*HEREDOCS)]
    if writer.one_in(6):
        return [*before, *(line.format(escape) for line in writer.pick(*BROKEN_LINES))]
    indent = writer.pick("", "", "", "  ", "\t")
    if escape == "`" and writer.one_in(4):
        return [*before, indent + writer.pick(r"COPY app C:\app\ ", r"WORKDIR C:\app", r"RUN dir C:\ ")]
    return [*before, indent + writer.pick(*INSTRUCTIONS)]
