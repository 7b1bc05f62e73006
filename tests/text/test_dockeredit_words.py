"""Keywords that change and words that go: what is left of their lines, what is refused, what the guard lets pass."""

import pytest

from hardener.text.dockeredit import RefusedError, check, render
from hardener.text.edits import splice
from hardener.text.instructions import Drop, DropWord, Rewrite, SetFlag, SetKeyword, parse


def drop(text: str, word: str = "sudo", index: int = 0) -> DropWord:
    start = text.index(word)
    return DropWord(index, start, start + len(word), word)


def changed(text: str, *changes: SetFlag | SetKeyword | Rewrite | DropWord) -> str:
    old = parse(text)
    new = splice(text, render(old, changes))
    assert check(old, changes, parse(new)) is None
    return new


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ADD a b", "COPY a b"),
        ("  add --link a b\r\n", "  copy --link a b\r\n"),
        ("Add a b", "COPY a b"),
        ("ADD \\\n  # c\n a b", "COPY \\\n  # c\n a b"),
        ('ADD ["a", "b"]', 'COPY ["a", "b"]'),
        ("ADD <<A /b\n1\nA\n", "COPY <<A /b\n1\nA\n"),
    ],
)
def test_set_keyword(text: str, expected: str) -> None:
    assert changed(text, SetKeyword(0, "COPY")) == expected


def test_a_keyword_and_a_flag() -> None:
    assert changed("ADD a b", SetFlag(0, "chown", "1:1"), SetKeyword(0, "COPY")) == "COPY --chown=1:1 a b"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RUN i curl sudo git", "RUN i curl git"),
        ("RUN i sudo curl", "RUN i curl"),
        ("RUN i curl sudo", "RUN i curl"),
        ("RUN i curl sudo && c", "RUN i curl && c"),
        ("RUN i curl sudo; c", "RUN i curl; c"),
        ("RUN i sudo \\\n  curl", "RUN i \\\n  curl"),
        ("RUN i curl \\\n  sudo \\\n  git\n", "RUN i curl \\\n  git\n"),
        ("RUN i curl \\\r\n\tsudo\t\\\r\n\tgit\r\n", "RUN i curl \\\r\n\tgit\r\n"),
        ("RUN i curl \\\n  sudo git\n", "RUN i curl \\\n  git\n"),
        ("RUN i curl \\\n  sudo && c\n", "RUN i curl \\\n  && c\n"),
        ("RUN i curl \\\n  sudo\nCMD c\n", "RUN i curl\nCMD c\n"),
        ("RUN i curl \\\r\n  sudo\r\nCMD c\r\n", "RUN i curl\r\nCMD c\r\n"),
        ("RUN i curl \\\n  sudo", "RUN i curl"),
        ("RUN i \\\n  # tools\n  sudo \\\n  # more\n  curl\n", "RUN i \\\n  # tools\n  # more\n  curl\n"),
        ("# escape=`\nRUN i curl `\n  sudo `\n  git\n", "# escape=`\nRUN i curl `\n  git\n"),
        ("RUN <<E\ni curl sudo\nc\nE\n", "RUN <<E\ni curl\nc\nE\n"),
        ("RUN <<E\ni curl sudo git\nE\n", "RUN <<E\ni curl git\nE\n"),
        ("RUN <<E\r\ni curl sudo\r\nE\r\n", "RUN <<E\r\ni curl\r\nE\r\n"),
    ],
)
def test_drop_word(text: str, expected: str) -> None:
    assert changed(text, drop(text)) == expected


def test_words_side_by_side() -> None:
    text = "RUN i a sudo visudo b"
    assert changed(text, drop(text), drop(text, "visudo")) == "RUN i a b"


def test_a_word_beside_a_rewrite() -> None:
    text = "RUN i a sudo && useradd b"
    at = text.index("b")
    assert changed(text, drop(text), Rewrite(0, at, at, "", "-u 1 ")) == "RUN i a && useradd -u 1 b"


@pytest.mark.parametrize(
    ("text", "changes", "reason"),
    [
        ("ONBUILD ADD a b", [SetKeyword(0, "COPY")], "ONBUILD"),
        ("A\\\nDD a b", [SetKeyword(0, "COPY")], "line end"),
        ("ADD a b", [SetKeyword(0, "COPY"), SetKeyword(0, "RUN")], "another keyword"),
        ("ADD a b", [SetKeyword(0, "COPY"), Drop(0)], "removes"),
        ("ONBUILD RUN i sudo b", [drop("ONBUILD RUN i sudo b")], "ONBUILD"),
        ("RUN i sudo", [DropWord(0, 4, 5, "j")], "not 'j'"),
        ("RUN i su\\\ndo", [DropWord(0, 6, 12, "su\\\ndo")], "not 'su"),
        ("RUN i a \\\n # c \\\n sudo\n", [drop("RUN i a \\\n # c \\\n sudo\n")], "comment"),
        ("RUN i a \\\n # c\n sudo\n", [drop("RUN i a \\\n # c\n sudo\n")], "comment"),
        ("RUN i a \\\n\n sudo\n", [drop("RUN i a \\\n\n sudo\n")], "blank line"),
        ("RUN <<E\ni \\\nsudo \\\na\nE\n", [drop("RUN <<E\ni \\\nsudo \\\na\nE\n")], "heredoc"),
        ("RUN i sudo", [drop("RUN i sudo"), Rewrite(0, 6, 8, "su", "do")], "same text"),
    ],
)
def test_refused(text: str, changes: list[SetKeyword | DropWord], reason: str) -> None:
    with pytest.raises(RefusedError) as raised:
        render(parse(text), changes)
    assert reason in raised.value.reason


@pytest.mark.parametrize(
    "new",
    ["RUN i a sudo b", "RUN i ab", "RUN i a", "RUN i b", "RUN i  a b", "RUN i a b c", "CMD i a b", "RUN --x i a b"],
)
def test_guard_sees_what_a_dropped_word_does_not_explain(new: str) -> None:
    text = "RUN i a sudo b"
    assert check(parse(text), [drop(text)], parse("RUN i a \\\n b")) is None
    assert check(parse(text), [drop(text)], parse(new)) is not None


def test_guard_sees_words_that_grew_together() -> None:
    text = "RUN i a sudo X"
    assert check(parse(text), [drop(text)], parse("RUN i aX")) is not None


@pytest.mark.parametrize("new", ["ADD a b", "RUN a b", "COPY a c", "COPY --link a b"])
def test_guard_sees_what_a_new_keyword_does_not_explain(new: str) -> None:
    assert check(parse("ADD a b"), [SetKeyword(0, "COPY")], parse(new)) is not None
