from __future__ import annotations

from pathlib import Path

import pytest

from hardener.model.dockerfile.nonroot import low_ports
from hardener.model.dockerfile.stages import Dockerfile
from hardener.model.startup.doubts import NeedsRoot, Unreadable
from hardener.model.startup.entry import ReadNoRoot, StartUp, follow, read_start_up
from tests.model.dockerfiles import last_stage, project

BASE = "FROM python:3.12-slim\n"


def start_up(folder: Path, text: str, files: dict[str, str] | None = None) -> StartUp:
    made = project(folder, text, files)
    document = made.documents[0]
    assert isinstance(document, Dockerfile)
    return read_start_up(made, document, document.stages[-1])


@pytest.mark.parametrize(
    "lines",
    [
        'CMD ["python", "main.py"]',
        "CMD python main.py --user root # gosu",
        'CMD ["tini", "--", "python", "chown.py"]',
        "ENTRYPOINT exec env A=b python main.py",
        'ENTRYPOINT ["/opt/venv/bin/python"]\nCMD ["chown"]',
        'ENTRYPOINT ["python"]\nCMD ["su"]',
        'CMD ["gosu"]\nENTRYPOINT ["true"]\nCMD ["x"]',
        'CMD ["gosu"]\nCMD ["python", "x"]',
        'HEALTHCHECK CMD ["sudo", "true"]\nCMD ["python", "x"]',
        "CMD mkdir -p /tmp/x /app/y && cp /etc/passwd /tmp/ && sed 's/a/b/' /etc/hosts > /tmp/hosts && python main.py",
        'CMD ["sh", "-ec", "echo gosu; exec python main.py"]',
        "CMD ./manage migrate && ./manage run",
        "CMD . /opt/venv/bin/activate && exec python main.py",
        "CMD exec $JAVA_HOME/bin/java -jar app.jar",
        'ONBUILD CMD ["gosu"]\nCMD ["python", "x"]',
    ],
)
def test_needs_no_root(tmp_path: Path, lines: str) -> None:
    found = start_up(tmp_path, BASE + lines)
    assert isinstance(found, ReadNoRoot), found


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        ('ENTRYPOINT ["gosu", "web", "python"]', "`gosu`"),
        ('ENTRYPOINT ["tini", "-g", "--", "su-exec", "web", "python"]', "`su-exec`"),
        ('ENTRYPOINT ["/init"]', "`init`"),
        ("CMD cron && python main.py", "`cron`"),
        ("CMD /etc/init.d/ssh start; python main.py", "`/etc/init.d/ssh`"),
        ("CMD if true; then chown -R web /data; fi; python main.py", "`chown`"),
        ("CMD [ -f x ] || sudo python main.py", "`sudo`"),
        ("CMD echo $(iptables -L)", "`iptables`"),
        ("CMD echo x > /etc/conf && python main.py", "`> /etc/conf`"),
        ("CMD sed -i s/a/b/ /etc/app.conf; python main.py", "`sed /etc/app.conf`"),
        ("CMD cp a b /usr/share/x/ && python main.py", "`cp /usr/share/x/`"),
        ("CMD apt-get update && python main.py", "`apt-get`"),
        ('CMD ["bash", "-lc", "su web -c python"]', "`su`"),
        ('ENTRYPOINT ["sh", "-c", "exec \\"$@\\"", "--"]\nCMD ["gosu", "x"]', "`gosu`"),
        ('CMD ["nginx", "-g", "daemon off;"]', "`nginx`"),
        ("CMD exec timeout -s KILL 5 env -u X A=1 gosu x", "`gosu`"),
    ],
)
def test_needs_root(tmp_path: Path, lines: str, word: str) -> None:
    found = start_up(tmp_path, BASE + lines)
    assert isinstance(found, NeedsRoot), found
    assert word in found.reason


@pytest.mark.parametrize(
    ("lines", "phrase"),
    [
        ("RUN true", "no CMD or ENTRYPOINT"),
        ('ENTRYPOINT ["/sbin/tini", "--"]\nCMD ["/usr/bin/supervisord"]', "configuration is that of its package"),
        ('CMD ["supervisord", "-c", "/etc/s.conf"]', "configuration /etc/s.conf is not put there by a COPY"),
        ('CMD ["supervisord", "--what"]', "with options that are not understood"),
        ("CMD $RUN", "what that stands for is not known"),
        ('CMD ["/start.sh"]', "is not put there by a COPY"),
        ('COPY start.sh /\nCMD ["/start.sh"]', "is not in the build context"),
        ('COPY --from=x start.sh /\nCMD ["/start.sh"]', "comes from x"),
        ('CMD ["docker-entrypoint", "x"]', "is not put there by a COPY"),
        ("CMD sh ${SCRIPT}", "what that stands for is not known"),
        ("CMD $HERE/run.sh", "what that stands for is not known"),
        ("CMD . ./environment && python", "is not put there by a COPY"),
    ],
)
def test_unreadable(tmp_path: Path, lines: str, phrase: str) -> None:
    found = start_up(tmp_path, BASE + lines)
    assert isinstance(found, Unreadable), found
    assert phrase in found.reason


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("FROM node:20\nRUN true", Unreadable),
        ("FROM postgres:16", NeedsRoot),
        ('FROM postgres:16\nENTRYPOINT []\nCMD ["true"]', ReadNoRoot),
        ('FROM nginx:1.27\nCMD ["true"]', NeedsRoot),
        ('FROM nginx:1.27\nENTRYPOINT ["true"]', ReadNoRoot),
        ('FROM registry.example.com/x:1\nCMD ["true"]', Unreadable),
        ('FROM python:3.12-slim AS a\nENTRYPOINT ["gosu"]\nFROM a\nCMD ["true"]', NeedsRoot),
        ('FROM python:3.12-slim AS a\nCMD ["gosu"]\nFROM a\nENTRYPOINT ["tini"]', ReadNoRoot),
    ],
)
def test_what_a_base_starts_counts(tmp_path: Path, text: str, kind: type[StartUp]) -> None:
    found = start_up(tmp_path, text)
    assert isinstance(found, kind), found


SCRIPT = "#!/bin/sh\nset -e\n# gosu in a comment\necho 'gosu in a string'\n"


@pytest.mark.parametrize(
    ("lines", "path"),
    [
        ('COPY bin/start.sh /start.sh\nCMD ["/start.sh"]', "bin/start.sh"),
        ('COPY bin/start.sh /\nENTRYPOINT ["/start.sh"]\nCMD ["x"]', "bin/start.sh"),
        ("COPY . /srv/shop\nWORKDIR /srv/shop\nCMD ./bin/start.sh", "bin/start.sh"),
        ("WORKDIR /srv/shop\nCOPY bin bin\nCMD exec bin/start.sh", "bin/start.sh"),
        ('COPY docker-entrypoint.sh /usr/local/bin/\nENTRYPOINT ["docker-entrypoint.sh"]', "docker-entrypoint.sh"),
        ('ENV PATH=/opt/bin:$PATH\nCOPY a b/start.sh /opt/bin/\nCMD ["start.sh"]', "b/start.sh"),
        ("COPY bin/*.sh /opt/\nCMD bash -e /opt/start.sh", "bin/start.sh"),
        ('COPY run /app/run\nCMD ["/app/run"]', "run"),
        ("ENV BIN=/opt/b\nCOPY bin ${BIN}\nCMD ${BIN}/start.sh", "bin/start.sh"),
    ],
)
def test_scripts_are_found_and_read(tmp_path: Path, lines: str, path: str) -> None:
    harmless = start_up(tmp_path, BASE + lines, {path: SCRIPT + 'exec "$@"\n'})
    assert isinstance(harmless, ReadNoRoot), harmless
    assert path in harmless.evidence
    stepping_down = start_up(tmp_path, BASE + lines, {path: SCRIPT + 'exec gosu web "$@"\n'})
    assert isinstance(stepping_down, NeedsRoot), stepping_down
    assert stepping_down.reason == f"{path} (line 5) calls `gosu`, which needs root"


def test_a_script_in_a_heredoc_is_read(tmp_path: Path) -> None:
    text = f'{BASE}COPY <<EOF /start.sh\n#!/bin/sh\nexec su web\nEOF\nCMD ["/start.sh"]\n'
    found = start_up(tmp_path, text)
    assert isinstance(found, NeedsRoot)
    assert "(line 2) calls `su`" in found.reason


def test_scripts_that_scripts_call_are_read_once(tmp_path: Path) -> None:
    files = {
        "a.sh": "#!/bin/sh\nb\nb() { :; }\n. /x/b.sh\n",
        "b.sh": "/x/a.sh\nsource /x/c.sh\n",
        "c.sh": "mount x /y\n",
    }
    found = start_up(tmp_path, f"{BASE}COPY . /x\nCMD /x/a.sh\n", files)
    assert isinstance(found, NeedsRoot)
    assert found.reason.startswith("c.sh (line 1)")


def test_programs_that_are_no_shell_scripts_are_not_read_as_such(tmp_path: Path) -> None:
    files = {"serve": "#!/usr/bin/env python3\nchown = 1\nsudo\n"}
    assert isinstance(start_up(tmp_path, f"{BASE}COPY serve /serve\nCMD /serve\n", files), ReadNoRoot)


def test_nothing_outside_the_project_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.sh").write_text("gosu x\n")
    found = start_up(tmp_path / "context", f"{BASE}COPY ../secret.sh /a.sh\nCMD /a.sh\n")
    assert isinstance(found, Unreadable)


@pytest.mark.parametrize(
    ("lines", "ports"),
    [
        ("EXPOSE 8080", ""),
        ("EXPOSE 443/tcp 80 8080", "80, 443"),
        ("ENV PORT=81\nEXPOSE $PORT", "81"),
        ('CMD ["gunicorn", "-b", "0.0.0.0:80"]', "80"),
        ('CMD ["serve", "--port", "443"]', "443"),
        ("CMD serve -p 22", "22"),
        ("CMD serve --port=8080 --time 12:30", "30"),
        ("CMD serve --workers 4", ""),
    ],
)
def test_ports_below_1024(lines: str, ports: str) -> None:
    sentence = low_ports(last_stage(f"{BASE}{lines}\n"))
    assert sentence.startswith(f"port {ports} lies below 1024") if ports else sentence == ""


def test_the_ports_of_scripts_count(tmp_path: Path) -> None:
    files = {
        "package.json": '{"scripts": {"start": "sh bin/run.sh"}}',
        "bin/run.sh": "nc -z db:443\nserve --port 82 dist\n",
    }
    made = project(tmp_path, 'FROM node:20\nWORKDIR /app\nCOPY . .\nCMD ["npm", "start"]\n', files)
    document = made.documents[0]
    assert isinstance(document, Dockerfile)
    stage = document.stages[-1]
    assert low_ports(stage, follow(made, document, stage).programs).startswith("port 82 lies below 1024")
    assert low_ports(stage) == ""
