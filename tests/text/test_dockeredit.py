"""Changes as text: where they stand, in which style, and what is refused; the guard against what was not declared."""

import pytest

from hardener.text.dockeredit import RefusedError, check, render
from hardener.text.edits import splice
from hardener.text.instructions import DockerfileChange, Drop, Insert, Rewrite, SetFlag, parse

USER = ("USER", "1:1")
PREPARE = ("RUN", ("mkdir /d", "chown 1:1 /d"))


def changed(text: str, *changes: DockerfileChange) -> str:
    old = parse(text)
    new = splice(text, render(old, changes))
    assert check(old, changes, parse(new)) is None
    return new


def rewrite(text: str, index: int, old: str, new: str) -> Rewrite:
    start = text.index(old)
    return Rewrite(index, start, start + len(old), old, new)


@pytest.mark.parametrize(
    ("text", "before", "expected"),
    [
        ("FROM a\nCMD b\n", 1, "FROM a\nUSER 1:1\nCMD b\n"),
        ("FROM a\n\nCMD b\n", 1, "FROM a\n\nUSER 1:1\nCMD b\n"),
        ("FROM a\n\nCMD b\n# c\n", 1, "FROM a\n\nUSER 1:1\nCMD b\n# c\n"),
        ("FROM a\n\n# b\n  # c\nCMD d\n", 1, "FROM a\n\nUSER 1:1\n\n# b\n  # c\nCMD d\n"),
        ("FROM a\n# b\n\n# c\nCMD d\n", 1, "FROM a\n# b\n\nUSER 1:1\n\n# c\nCMD d\n"),
        ("FROM a\r\n\r\n# b\r\nCMD d\r\n", 1, "FROM a\r\n\r\nUSER 1:1\r\n\r\n# b\r\nCMD d\r\n"),
        ("FROM a\n# b\nCMD d\n", 1, "FROM a\nUSER 1:1\n# b\nCMD d\n"),
        ("FROM a\nCMD b\n", 2, "FROM a\nCMD b\nUSER 1:1\n"),
        ("FROM a\nCMD b", 2, "FROM a\nCMD b\nUSER 1:1"),
        ("FROM a\r\nCMD b", 2, "FROM a\r\nCMD b\r\nUSER 1:1"),
        ("FROM a\nCMD b\n\n# end\n", 2, "FROM a\nCMD b\nUSER 1:1\n\n# end\n"),
        ("FROM a\nRUN b\n\n# next\nFROM c\n", 2, "FROM a\nRUN b\nUSER 1:1\n\n# next\nFROM c\n"),
        ("FROM a\nRUN <<E\nb\nE\n\nFROM c\n", 2, "FROM a\nRUN <<E\nb\nE\nUSER 1:1\n\nFROM c\n"),
        ("FROM a\nRUN b \\\n  # c\n\n  d\nCMD e\n", 2, "FROM a\nRUN b \\\n  # c\n\n  d\nUSER 1:1\nCMD e\n"),
        ("# syntax=x\n# b\nFROM a\n", 0, "# syntax=x\nUSER 1:1\n# b\nFROM a\n"),
        ("# syntax=x\nFROM a\n", 0, "# syntax=x\nUSER 1:1\nFROM a\n"),
        ("from a\ncmd b\n", 1, "from a\nuser 1:1\ncmd b\n"),
        ("  FROM a\n\t CMD b\n", 1, "  FROM a\n\t USER 1:1\n\t CMD b\n"),
        ("FROM a\r\nRUN b\nCMD c\r\n", 2, "FROM a\r\nRUN b\nUSER 1:1\r\nCMD c\r\n"),
        ("FROM a\n\f\nCMD b\x85c\u2028\n", 1, "FROM a\n\f\nUSER 1:1\nCMD b\x85c\u2028\n"),
        ("FROM a\n\\\n\n CMD b\n", 1, "FROM a\nUSER 1:1\n\\\n\n CMD b\n"),
        ("", 0, "USER 1:1\n"),
        ("# a", 0, "# a\nUSER 1:1"),
    ],
)
def test_insert(text: str, before: int, expected: str) -> None:
    assert changed(text, Insert(before, *USER)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\n", "RUN mkdir /d \\\n    && chown 1:1 /d"),
        ("FROM a\nRUN b && \\\n  c\n", "RUN mkdir /d && \\\n  chown 1:1 /d"),
        ("FROM a\nRUN b \\\n\t&& c \\\n\t&& d && \\\n  e\n", "RUN mkdir /d \\\n\t&& chown 1:1 /d"),
        ("FROM a\nRUN b; \\\n\tif c; then \\\n\t\td; \\\n\t\te; \\\n\tfi\n", "RUN mkdir /d \\\n\t&& chown 1:1 /d"),
        ("FROM a\nRUN b \\\n# c\n\n\td \\\n\t\te \\\n\t\tf\n", "RUN mkdir /d \\\n\t&& chown 1:1 /d"),
        ("# escape=`\nFROM a\r\nrun b `\r\n  c\r\n", "RUN mkdir /d `\r\n  && chown 1:1 /d"),
        ("FROM a\nRUN b \\\n    c\nRUN d \\\n  e\nRUN f \\\n  g\n", "RUN mkdir /d \\\n  && chown 1:1 /d"),
        ("FROM a\nCOPY b \\\n      c\n", "RUN mkdir /d \\\n    && chown 1:1 /d"),
    ],
)
def test_joined_commands_in_the_style_of_the_file(text: str, expected: str) -> None:
    last = len(parse(text).instructions)
    newline = "\r\n" if "\r\n" in text else "\n"
    assert changed(text, Insert(last, *PREPARE)) == text + expected + newline


def test_inserts_at_one_place_keep_their_order() -> None:
    text = "FROM a\n# b\nCMD c\n"
    new = changed(text, Insert(1, *PREPARE), Insert(2, "LABEL", "x=y"), Insert(1, *USER), Insert(1, "WORKDIR", "/d"))
    assert new == ("FROM a\nRUN mkdir /d \\\n    && chown 1:1 /d\nUSER 1:1\nWORKDIR /d\n# b\nCMD c\nLABEL x=y\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("COPY a b", "COPY --chown=1:1 a b"),
        ("copy\t--from=x  a b\r\n", "copy\t--from=x --chown=1:1  a b\r\n"),
        ("COPY --from=x \\\n  # c\n\n  --link \\\n a b", "COPY --from=x \\\n  # c\n\n  --link --chown=1:1 \\\n a b"),
        ("COPY \\\n a b", "COPY --chown=1:1 \\\n a b"),
        ("COPY --chown=x:$y --link a b", "COPY --chown=1:1 --link a b"),
        ("COPY --'link' '--'chown=x a b", "COPY --'link' --chown=1:1 '--'chown=x a b"),
        ('ADD ["a b", "c"]', 'ADD --chown=1:1 ["a b", "c"]'),
        ("COPY --chown=1:1 a b", "COPY --chown=1:1 a b"),
        ("COPY <<A <<B /c\n1\nA\n2\nB\n", "COPY --chown=1:1 <<A <<B /c\n1\nA\n2\nB\n"),
    ],
)
def test_set_flag(text: str, expected: str) -> None:
    assert changed(text, SetFlag(0, "chown", "1:1")) == expected


def test_two_flags_on_one_instruction() -> None:
    assert changed("COPY a b", SetFlag(0, "chown", "1"), SetFlag(0, "chmod", "7")) == "COPY --chown=1 --chmod=7 a b"


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("USER app\r\n", "app", "1000:1000"),
        ("RUN groupadd -r a && \\\n  # c\n  useradd -u 1 a\n", "-u 1", "-g 1 -u 1"),
        ("RUN groupadd -r a \\\n  && useradd a", " a", " -g 1 a"),
        ("RUN <<E\nuseradd a\nE\n", "useradd a", "useradd -g 1 \\\n a"),
        ("RUN <<E\nuseradd a\nE\n", "useradd a\n", "useradd -g 1 a\n"),
        ("RUN a\n", "a", "𝒳 a"),
    ],
)
def test_rewrite(text: str, old: str, new: str) -> None:
    assert changed(text, rewrite(text, 0, old, new)) == text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "index", "expected"),
    [
        ("FROM a\n  USER b\r\nCMD c", 1, "FROM a\nCMD c"),
        ("FROM a\n# b\nRUN c \\\n # d\n e\nCMD f\n", 1, "FROM a\n# b\nCMD f\n"),
        ("FROM a\nRUN <<E\nb\nE\nCMD f\n", 1, "FROM a\nCMD f\n"),
        ("FROM a\nCMD b", 1, "FROM a\n"),
    ],
)
def test_drop(text: str, index: int, expected: str) -> None:
    assert changed(text, Drop(index)) == expected


def test_rewrites_may_touch() -> None:
    assert changed("USER ab\n", Rewrite(0, 5, 6, "a", "c"), Rewrite(0, 6, 7, "b", "d")) == "USER cd\n"


def test_a_flag_that_is_there_already_is_no_edit() -> None:
    assert render(parse("COPY --chown=1 a b"), [SetFlag(0, "chown", "1")]) == []


def test_comments_between_what_is_dropped_stay() -> None:
    text = "FROM a\nRUN b \\\n # c\n d\n# kept\nRUN e \\\n # f\n g\n# too\nCMD h\n"
    assert changed(text, Drop(1), Drop(2)) == "FROM a\n# kept\n# too\nCMD h\n"


def test_all_kinds_together() -> None:
    text = "FROM a\nCOPY b c\nUSER d\nRUN e\nCMD f\n"
    new = changed(
        text, Drop(2), Drop(2), SetFlag(1, "chown", "1"), Insert(2, *USER), rewrite(text, 3, "e", "g"), Insert(5, *USER)
    )
    assert new == "FROM a\nCOPY --chown=1 b c\nUSER 1:1\nRUN g\nCMD f\nUSER 1:1\n"


@pytest.mark.parametrize(
    ("text", "changes", "reason"),
    [
        ("FROM a\nRUN b \\", [Insert(2, *USER)], "continuation"),
        ("FROM a", [Insert(1, "USER", "a\nb")], "line ends"),
        ("FROM a", [Insert(1, "RUN", "a \\")], "not one complete"),
        ("FROM a", [Insert(1, "RUN", "cat <<E")], "not one complete"),
        ("FROM a", [Insert(1, "RUN", ("a \\", "b"))], "backslash"),
        ("# escape=`\nFROM a", [Insert(1, "RUN", ("a \\", "b"))], "backslash"),
        ("FROM a", [Insert(1, "USER", ("a", "b"))], "join"),
        ("FROM a", [Insert(1, "NOPE", "a")], "not one complete"),
        ("FROM a", [Insert(1, "USER", "")], "not one complete"),
        ("COPY -- a b", [SetFlag(0, "chown", "1")], "bare --"),
        ("COPY --link -- a b", [SetFlag(0, "chown", "1")], "bare --"),
        ("COPY --chown=1 --chown=2 a b", [SetFlag(0, "chown", "3")], "more than once"),
        ("COPY --chown=\\\n1 a b", [SetFlag(0, "chown", "3")], "line end"),
        ("COPY a b", [SetFlag(0, "chown", "a b")], "quotes"),
        ("COPY a b", [SetFlag(0, "chown", "1"), SetFlag(0, "chown", "2")], "otherwise"),
        ("ONBUILD COPY a b", [SetFlag(0, "chown", "1")], "ONBUILD"),
        ("ONBUILD USER a", [Rewrite(0, 13, 14, "a", "b")], "ONBUILD"),
        ("USER a", [Rewrite(0, 5, 6, "b", "c")], "not 'b'"),
        ("USER a", [Rewrite(0, 0, 4, "USER", "RUN")], "arguments"),
        ("USER a", [Rewrite(0, 4, 6, " a", " b")], "arguments"),
        ("USER a ", [Rewrite(0, 5, 7, "a ", "b")], "arguments"),
        ("USER a", [Rewrite(0, 5, 6, "a", "b\nc")], "line end"),
        ("USER a", [Rewrite(0, 5, 6, "a", "<<E")], "heredoc"),
        ("RUN <<E\na\nE", [Rewrite(0, 4, 7, "<<E", "a")], "heredoc"),
        ("RUN <<E\na\nE", [Rewrite(0, 8, 11, "a\nE", "b")], "line end"),
        ("RUN a \\\n # b\n c", [Rewrite(0, 11, 12, "b", "d")], "arguments"),
        ("RUN a \\\n b", [Rewrite(0, 4, 10, "a \\\n b", "d")], "line end"),
        ("RUN <<E\na\nE", [Rewrite(0, 4, 7, "<<E", "<<F")], "heredoc"),
        ("USER ab", [Rewrite(0, 5, 7, "ab", "c"), Rewrite(0, 6, 7, "b", "d")], "same text"),
        ("USER a", [Rewrite(0, 6, 6, "", "b"), Rewrite(0, 6, 6, "", "c")], "same text"),
        ("USER a", [Drop(0), Rewrite(0, 5, 6, "a", "b")], "removes"),
        ("COPY a b", [SetFlag(0, "chown", "1"), Drop(0)], "removes"),
    ],
)
def test_refused(text: str, changes: list[DockerfileChange], reason: str) -> None:
    with pytest.raises(RefusedError) as raised:
        render(parse(text), changes)
    assert reason in raised.value.reason
    assert raised.value.change in changes


OLD = "# syntax=x\nFROM a\n# b\nCOPY --link c d\nRUN <<E\ne\nE\nUSER f\n"


@pytest.mark.parametrize(
    "new",
    [
        "\n" + OLD,
        OLD.replace("syntax=x", "syntax=y"),
        OLD.replace("# b\n", ""),
        OLD.replace("--link", "--lin"),
        OLD.replace("c d", "c  d"),
        OLD.replace("\ne\n", "\ng\n"),
        OLD.replace("<<E", "<<'E'"),
        OLD.replace("<<E", "<<-E"),
        OLD.replace("USER f", "CMD f"),
        OLD + "USER g\n",
        OLD.replace("USER f\n", ""),
    ],
)
def test_guard_sees_what_was_not_declared(new: str) -> None:
    assert check(parse(OLD), [], parse(OLD)) is None
    assert check(parse(OLD), [], parse(new)) is not None


@pytest.mark.parametrize(
    "change",
    [
        Insert(1, "USER", "1"),
        Insert(4, *PREPARE),
        SetFlag(1, "chown", "1"),
        rewrite(OLD, 3, "f", "g"),
        rewrite(OLD, 2, "e\n", "g\n"),
        Drop(3),
    ],
)
def test_guard_misses_what_was_declared(change: DockerfileChange) -> None:
    assert check(parse(OLD), [change], parse(OLD)) is not None


@pytest.mark.parametrize(
    ("insert", "found"),
    [(Insert(1, "USER", "1"), "CMD 1"), (Insert(1, "RUN", "cat <<E"), "RUN cat <<E\na\nE")],
)
def test_guard_tells_another_instruction_from_the_new_one(insert: Insert, found: str) -> None:
    assert check(parse("FROM a\n"), [insert], parse(f"FROM a\n{found}\n")) is not None


def test_guard_tells_a_wrong_join_from_a_right_one() -> None:
    changes = [Insert(1, *PREPARE)]
    assert check(parse("FROM a\n"), changes, parse("FROM a\nRUN mkdir /d \\\n && chown 1:1 /d\n")) is None
    assert check(parse("FROM a\n"), changes, parse("FROM a\nRUN mkdir /d ; chown 1:1 /d\n")) is not None
