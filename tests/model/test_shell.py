from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardener.model.startup.shell import Command, run_commands, script_commands, substituted
from tests.model.dockerfiles import last_stage


def brief(commands: list[Command]) -> list[str]:
    """Each command as its words, with `?` in front where it does not run in every case."""
    return [("" if found.always_runs else "? ") + " ".join(word.text for word in found.words) for found in commands]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("a b && c; d", ["a b", "c", "d"]),
        ("a || b", ["? a", "? b"]),
        ("a | b", ["? a", "? b"]),
        ("A=1 B='x y' a $C", ["a $C"]),
        ("A=1", []),
        ("a # b; c\n# don't\nd", ["a", "d"]),
        ("a \\\n  b\\\nc", ["a bc"]),
        ("a \\\r\n  b\r\nc\r\n", ["a b", "c"]),
        ("if a; then b; elif c; then d; else e; fi; f", ["? a", "? b", "? c", "? d", "? e", "f"]),
        ("while a; do b; done\nc", ["? a", "? b", "c"]),
        ("for x in a b; do c $x; done; d", ["? c $x", "d"]),
        ('case "$1" in\n a|b) c ;;\n *) d\n e;;\nesac\nf', ["? c", "? d", "? e", "f"]),
        ("f() {\n a\n}\nb", ["? a", "b"]),
        ("(a; b); c", ["? a", "? b", "c"]),
        ("cat <<EOF\na\nEOF\nb", ["cat", "b"]),
        ("cat <<-'EOF' > x\n\ta\n\tEOF\nb", ["cat", "b"]),
        ("cat << EOF; a\nuseradd\nEOF\nb", ["cat", "a", "b"]),
        ("a <<< x\nb", ["a", "b"]),
        ("! a", ["a"]),
        ("echo 'a; b' \"c && d\"", ["echo 'a; b' \"c && d\""]),
        ("a 2>&1 >/dev/null b", ["a b"]),
        ("cat <<", ["cat"]),
        ("", []),
    ],
)
def test_commands_of_a_script(script: str, expected: list[str]) -> None:
    assert brief(script_commands(script)) == expected


@pytest.mark.parametrize(
    ("script", "files"),
    [
        ("a > /etc/x", ("/etc/x",)),
        ("a >>x 2>/dev/null", ("x", "/dev/null")),
        ("a < x", ()),
        ("a 2>&1", ()),
        ("> x a", ("x",)),
    ],
)
def test_files_that_a_command_writes(script: str, files: tuple[str, ...]) -> None:
    assert script_commands(script)[0].redirected == files


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("RUN a \\\n  # word\n\n  && b", ["a", "b"]),
        ('RUN ["a", "b; c"]', ["a b; c"]),
        ('RUN ["/bin/sh", "-c", "a && b"]', ["? a", "? b"]),
        ("RUN <<EOF\na\nb\nEOF", ["a", "b"]),
        ("RUN a && cat <<EOF > /x\nuseradd\nEOF", ["a", "cat"]),
        ("RUN bash -e <<EOF\na\nEOF", ["bash -e", "? a"]),
        ("RUN --mount=type=cache,target=/x a", ["a"]),
        ("RUN", []),
    ],
)
def test_commands_of_a_run(run: str, expected: list[str]) -> None:
    stage = last_stage(f"FROM a\n{run}\n")
    assert brief(run_commands(stage.instructions[-1])) == expected


def test_offsets_are_those_of_the_file() -> None:
    text = "FROM a\nRUN one \\\n  && two three\nRUN <<EOF\nfour five\nEOF\n"
    for instruction in last_stage(text).instructions[1:]:
        for command in run_commands(instruction):
            for word in command.words:
                assert text[word.start : word.end] == word.text


def test_what_is_substituted_runs_too() -> None:
    word = script_commands('echo "$(gosu x; a)" `b`')[0].words
    assert [command.name for part in word for command in substituted(part)] == ["gosu", "a", "b"]


PIECES = st.sampled_from(
    [*"#;&|(){}$`'\"\\<> \n\r\t!", "<<EOF", "EOF", "case", "esac", "in", ";;", "if", "fi", "do", "done", "for", "word"]
)


@given(st.lists(PIECES).map("".join) | st.lists(PIECES).map(" ".join) | st.text())
def test_any_text_is_read_to_its_end(text: str) -> None:
    for command in script_commands(text):
        assert command.words
        assert all(0 <= word.start < word.end <= len(text) for word in command.words)
        for word in command.words:
            list(substituted(word))
