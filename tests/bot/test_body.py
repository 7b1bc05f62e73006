"""The text of a pull request: complete, escaped, and never too long."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hardener.bot.body import LIMIT, NOT_RUN, body, with_trial_of
from hardener.bot.hardening import Hardening
from hardener.bot.plain import plain
from hardener.engine import Result
from hardener.model.compose.composefile import give_away
from hardener.model.settings import User

SERVICE = "  {name}:\n    image: postgres:17-alpine\n    volumes:\n      - data:/var/lib/postgresql/data\n"


def run(folder: Path, files: dict[str, str]) -> Result:
    (folder / ".git").mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    return Hardening(folder.resolve()).whole


def compose(names: list[str]) -> str:
    return "services:\n" + "".join(SERVICE.format(name=name) for name in names) + "volumes:\n  data:\n"


def sections(text: str) -> list[str]:
    return re.findall(r"^## (.*)$", text, re.MULTILINE)


def test_it_says_all_that_it_has_to(tmp_path: Path) -> None:
    text = body(run(tmp_path, {"compose.yaml": compose(["db"])}), "")
    assert sections(text) == [
        "What changes, and why",
        "What may break, and how to tell",
        "Ports and volumes",
        "Does it still run?",
        "Controls that this helps to meet",
        "What is left as it is",
        "If you do not want this",
    ]
    assert "compose.yaml, service db: drop all capabilities" in text
    assert "Evidence: image profile postgres" in text
    assert "Check with `grep Cap /proc/1/status` in the container." in text
    assert "CIS Docker" in text
    assert "Closing this pull request is fine" in text
    assert NOT_RUN in text


def test_services_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """In two files; a service and its workload are one."""
    files = {f"{name}.compose.yaml": compose(["db", "cache"]) for name in ("one", "two")}
    files["two.compose.yaml"] = files["two.compose.yaml"].replace("  cache:", "  queue:")
    files["other.compose.yaml"] = "services:\n  store:\n    image: redis:7\n"
    text = body(run(tmp_path, files), "")
    risks = text.partition("## What may break")[2].partition("## Ports")[0]
    assert "- one.compose.yaml db, cache, two.compose.yaml db, queue: it keeps in memory at most" in risks


def test_a_trial_takes_the_place_of_not_run(tmp_path: Path) -> None:
    result = run(tmp_path, {"compose.yaml": compose(["db"])})
    text = body(result, "| Service | |\n|---|---|\n| db | before |")
    assert NOT_RUN not in text
    assert "| db | before |" in text
    later = with_trial_of(body(result, ""), text.replace("\n", "\r\n"))
    assert later == text


@pytest.mark.parametrize("count", [30, 400])
def test_what_is_cut_is_counted(tmp_path: Path, count: int) -> None:
    rows = "\n".join(f"| s{number} | {'x' * 200} |" for number in range(count))
    text = body(
        run(tmp_path, {"compose.yaml": compose([f"s{n}" for n in range(count)])}), f"| a | b |\n|---|---|\n{rows}"
    )
    assert len(text) <= LIMIT
    assert sections(text)[-1] == "If you do not want this"
    if count == 400:
        assert "The table of 400 rows is left out" in text
        shown = len(re.findall(r"^### s", text, re.MULTILINE))
        assert f"… and {count - shown} more, not shown" in text


def test_names_are_only_names(tmp_path: Path) -> None:
    name = "fixes #1 GH-2 acme/x#3 @mona https://evil.example `code` <img src=x> [a](b) | *b* ![c](d)"
    text = body(run(tmp_path, {"compose.yaml": compose([f'"{name}"'])}), "")
    for meant in (r"#1", r"GH-2", r"x\\?#3", r"@mona", r"https://evil", r"`code`", r"<img", r"(?<!\\)\[a", r"!\\?\[c"):
        assert not re.search(rf"(?<!\\){meant}", text), meant
    message = plain(name)
    for meant in ("#1", "GH-2", "@mona", "https://evil"):
        assert meant not in message


def test_an_address_in_a_message_can_be_read_and_refers_to_nobody() -> None:
    """GitHub notes in an issue who links to it: that is done to nobody, and git shows no strange signs."""
    assert (
        plain("see https://github.com/acme/x/issues/3, http://a.example") == "see github.com/acme/x/issues/3, a.example"
    )
    for text in ("httphttps://s://a.example", "HTTPS://a.example", "ftp://a.example"):
        assert "://" not in plain(text)


@pytest.mark.parametrize("words", ["[skip ci]", "[CI skip]", "[no ci]", "[skip actions]", "[actions skip]"])
def test_no_name_keeps_workflows_from_running(words: str) -> None:
    assert words not in plain(f"{words}/compose.yaml")
    assert plain('["skip", "ci"]') == '["skip", "ci"]'


def test_what_has_to_be_done_about_files_stands_apart(tmp_path: Path) -> None:
    """The sentences that rules say about owners and ports are known by their words: these are those."""
    from hardener.bot.body import _MOVES  # noqa: PLC0415 - what is looked into

    user = User(1000, 1000)
    said = give_away(user, ("./data:/data", "named:/srv", "file of secret: key"))
    said += "; existing volumes for /data still belong to root: docker run --entrypoint chown"
    said += "; port 80 lies below 1024: Docker since 20.10 lets any user bind it, other engines may not"
    for part in said.split("; "):
        assert _MOVES.search(part), part
    assert not _MOVES.search("the program can write only to its own working directory and to what the file gives it")
    files = {"compose.yaml": 'services:\n  web:\n    build: .\n    volumes: ["./data:/data"]\n'}
    files |= {
        "Dockerfile": 'FROM alpine:3.22\nRUN mkdir /data\nVOLUME /data\nEXPOSE 80\nCMD ["httpd", "-f", "-p", "80"]\n'
    }
    text = body(run(tmp_path, files), "")
    ports = text.partition("## Ports and volumes")[2].partition("## ")[0]
    assert "below 1024" in ports
