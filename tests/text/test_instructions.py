"""Instructions, their parts and above all their places, held against texts in which one can count by hand."""

import subprocess
import sys

import pytest

from hardener.text.instructions import Instruction, parse
from hardener.text.unparsable import UnparsableError


def only(text: str) -> Instruction:
    (instruction,) = parse(text).instructions
    return instruction


@pytest.mark.parametrize(
    ("text", "keyword", "value", "lines", "written"),
    [
        ("FROM a", "FROM", "a", (1, 1), "FROM a"),
        ("\n \tfrom a  \r\n", "FROM", "a", (2, 2), "from a  "),
        ("RUN a \\\n\n  # c\n  b\n\n", "RUN", "a   b", (1, 4), "RUN a \\\n\n  # c\n  b"),
        ("RUN a \\", "RUN", "a", (1, 1), "RUN a \\"),
        ("RUN a \\\n# c\n\n", "RUN", "a", (1, 3), "RUN a \\\n# c\n"),
        ("RUN a\\\\\n", "RUN", "a\\\\", (1, 1), "RUN a\\\\"),
        ("\\\nUSER b", "USER", "b", (1, 2), "\\\nUSER b"),
        ("RUN <<E\r\nUSER x\r\nE\r\n", "RUN", "<<E", (1, 3), "RUN <<E\r\nUSER x\r\nE"),
        ("# escape=`\nRUN a `\n  C:\\", "RUN", "a   C:\\", (2, 3), "RUN a `\n  C:\\"),
        ("\fUSER\x0c𝒳 b", "USER", "𝒳 b", (1, 1), "USER\x0c𝒳 b"),
        ("RUN a\rUSER b", "RUN", "a\rUSER b", (1, 1), "RUN a\rUSER b"),
        ("RUN a\x85USER b\u2028c", "RUN", "a\x85USER b\u2028c", (1, 1), "RUN a\x85USER b\u2028c"),
        ("COPY --from=x \\\n  --link a b", "COPY", "a b", (1, 2), "COPY --from=x \\\n  --link a b"),
        ("RUN \\\nb", "RUN", "b", (1, 2), "RUN \\\nb"),
        ("HEALTHCHECK --timeout=1s CMD a", "HEALTHCHECK", "CMD a", (1, 1), "HEALTHCHECK --timeout=1s CMD a"),
    ],
)
def test_instruction(text: str, keyword: str, value: str, lines: tuple[int, int], written: str) -> None:
    found = only(text)
    assert (found.keyword, found.value, (found.line, found.last_line)) == (keyword, value, lines)
    assert text[found.start : found.end] == written
    assert text[: found.keyword_end].upper().endswith(keyword)


@pytest.mark.parametrize("text", ["", "\n\n", "# a", "# syntax=a\n# b\n", " \t\r\n"])
def test_no_instructions(text: str) -> None:
    assert parse(text).instructions == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("USER app", [("app", "app")]),
        ("USER a:b \\\n", [("a:b", "a:b")]),
        ("COPY --chown=x 'a b' c", [("'a", "'a"), ("b'", "b'"), ("c", "c")]),
        ('COPY ["a b", \\\n "\\u0063"]', [("a b", '"a b"'), ("c", '"\\u0063"')]),
        ("ENV a='b c' d=\\ e", [("a='b c'", "a='b c'"), ("d=\\ e", "d=\\ e")]),
        ("RUN ab\\\ncd \\\n # x\n e", [("abcd", "ab\\\ncd"), ("e", "e")]),
        (
            "RUN a&&b;(c||d)|e & f",
            [(w, w) for w in ["a", "&&", "b", ";", "(", "c", "||", "d", ")", "|", "e", "&", "f"]],
        ),
        ("RUN a 2>&1 &>b >| c", [(w, w) for w in ["a", "2>&1", "&>b", ">|", "c"]]),
        ('RUN a=$(b \'c )\' $(d)) "e $(f "g h")" `i j`', None),
        ("RUN a\x1fb\u2028\x1f c", [(w, w) for w in ["a\x1fb", "\x1f", "c"]]),
        ("RUN $() $(X) $(a b", [(w, w) for w in ["$()", "$(X)", "$(a b"]]),
        ('HEALTHCHECK CMD ["a", "b c"]', [("a", '"a"'), ("b c", '"b c"')]),
        ("WORKDIR C:\\a b", [("C:\\a b", "C:\\a b")]),
        ("ARG", []),
    ],
)
def test_words(text: str, words: list[tuple[str, str]] | None) -> None:
    if words is None:
        words = [(word, word) for word in ("a=$(b 'c )' $(d))", '"e $(f "g h")"', "`i j`")]
    assert [(word.text, text[word.start : word.end]) for word in only(text).words()] == words


@pytest.mark.parametrize(
    ("text", "strings"),
    [
        ('CMD ["a b", "\\u00e9"]', ("a b", "é")),
        ('RUN ["a", \\\n # c\n "b"]', ("a", "b")),
        ("VOLUME []", ()),
        ('HEALTHCHECK --retries=1 CMD ["a"]', ("a",)),
        ('CMD ["a"] b', None),
        ('CMD ["a",]', None),
        ("CMD ['a']", None),
        ("CMD [ -f a ]", None),
        ("CMD [NaN]", None),
        ("CMD", None),
        ('ENV ["a"] b', None),
    ],
)
def test_exec_form(text: str, strings: tuple[str, ...] | None) -> None:
    assert only(text).json == strings


def test_unquoted_words() -> None:
    words = only(r"""RUN a"b c"'d "e'\ f "\"$g\h" "" '' i\ j""").words()
    assert [word.unquoted for word in words] == ['ab cd "e f', r'"$g\h', "", "", "i j"]


def test_places_within_the_value_lead_to_the_text_and_back() -> None:
    text = "FROM x\nRUN --network=none a \\\r\n# no\r\n\r\n  bb \\\r\n  c\r\n"
    run = parse(text).instructions[1]
    assert run.value == "a   bb   c"
    for position, char in enumerate(run.value):
        assert text[run.offset(position)] == char
        assert run.position(run.offset(position)) == position
    assert run.position(text.index("none")) is None
    assert run.position(text.index("no\r")) is None
    assert run.position(text.index("FROM")) is None
    assert run.position(text.index("\n  c")) is None


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("COPY --from=a --link b c", [("from", "a", "--from=a"), ("link", None, "--link")]),
        ("RUN --mount=type=cache,target=/x \\\n --x= y", [("mount", "type=cache,target=/x", None), ("x", "", "--x=")]),
        ("""COPY --a="b c"'d' e""", [("a", "b cd", """--a="b c"'d'""")]),
        ("# escape=`\nCOPY --a=b` c d", [("a", "b c", "--a=b` c")]),
        ("COPY --from=\\\na b c", [("from", "a", "--from=\\\na")]),
        ("COPY --a=b -- --c d", [("a", "b", "--a=b")]),
        ("CMD a --b=c", []),
    ],
)
def test_flags(text: str, flags: list[tuple[str, str | None, str | None]]) -> None:
    found = only(text)
    assert [(flag.name, flag.value) for flag in found.flags] == [(name, value) for name, value, _ in flags]
    for flag, (_, _, written) in zip(found.flags, flags, strict=True):
        assert text[flag.start : flag.end] == (written or f"--{flag.name}={flag.value}")
    assert found.flags_closed == (" -- " in text)


@pytest.mark.parametrize(
    ("text", "heredocs"),
    [
        ("RUN <<E\na\n\tE\nE\n", [("E", "a\n\tE\n", True, False)]),
        ("RUN <<-E\n\ta\n\tE", [("E", "\ta\n", True, True)]),
        (
            "COPY <<'A' << \"B\" /x\n1\nA\n2 \\\n# 3\nB\n",
            [("A", "1\n", False, False), ("B", "2 \\\n# 3\n", False, False)],
        ),
        ("RUN a <<E b\nE", [("E", "", True, False)]),
        ("ADD <<E\\F /x\r\na\r\nEF\r\n", [("EF", "a\r\n", True, False)]),
        ("# escape=`\nRUN <<E `\n b\nc\nE", [("E", "c\n", True, False)]),
        ('RUN ["<<E"]', []),
        ("RUN a <<<E", []),
        ("CMD <<E", []),
    ],
)
def test_heredocs(text: str, heredocs: list[tuple[str, str, bool, bool]]) -> None:
    found = only(text)
    assert [(doc.name, doc.body, doc.expand, doc.strip_tabs) for doc in found.heredocs] == heredocs
    for doc in found.heredocs:
        assert text[doc.start : doc.end] == doc.body
        assert text[doc.end :].lstrip("\t").startswith(doc.name)


def test_onbuild() -> None:
    text = "ONBUILD  copy --from=x \\\n <<E y\na\nE\n"
    outer = only(text)
    inner = outer.onbuild
    assert inner is not None
    assert (outer.keyword, outer.flags, outer.value) == ("ONBUILD", (), "copy --from=x  <<E y")
    assert (inner.keyword, inner.value, inner.index, inner.end) == ("COPY", "<<E y", 0, outer.end)
    assert [flag.name for flag in inner.flags] == ["from"]
    assert [doc.body for doc in inner.heredocs] == ["a\n"]
    assert text[inner.start :].startswith("copy --from")


@pytest.mark.parametrize(
    ("text", "directives", "escape", "comments"),
    [
        (
            "# syntax=a/b:1\n#ESCAPE = `\n# check=skip=all\nFROM a",
            {"syntax": "a/b:1", "escape": "`", "check": "skip=all"},
            "`",
            3,
        ),
        ("# hi\n# escape=`\n", {}, "\\", 2),
        ("# other=1\n# escape=`\n", {}, "\\", 2),
        ("\n# escape=`\n", {}, "\\", 1),
        ("FROM a\n# escape=`\nRUN b \\\n  # c\n d\nRUN <<E\n# no\nE\n", {}, "\\", 2),
    ],
)
def test_directives_and_comments(text: str, directives: dict[str, str], escape: str, comments: int) -> None:
    found = parse(text)
    assert (found.directives, found.escape) == (directives, escape)
    assert len(found.comments) == comments
    for start, end in found.comments:
        assert text[start] == "#"
        assert text[end : end + 1] in ("", "\n")


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("FROM a\nRUN <<E\nb\n", 2, "heredoc"),
        ("FROM a\n\nNOPE b\n", 3, "NOPE"),
        ("{{ from }}\n", 1, "{{"),
        ("# escape=x\n", 1, "'x' is no escape"),
        ("# syntax=a\n# syntax=b\n", 2, "second"),
        ("FROM a\nENV b", 2, "two arguments"),
        ("LABEL a=b \\\n c", 1, "name=value"),
        ('CMD ["a", 1]', 1, "strings"),
        ("CMD " + "[" * 100_000, 1, "longer than 65535 bytes"),
        ("CMD " + "[" * 60_000, 1, "strings"),
        ("ONBUILD ONBUILD RUN a", 1, "ONBUILD"),
        ("ONBUILD NOPE", 1, "NOPE"),
        ("uſer a", 1, "uſer"),
        ("FROM a\n\\\n", 2, "no instruction"),
    ],
)
def test_rejected(text: str, line: int, word: str) -> None:
    with pytest.raises(UnparsableError) as raised:
        parse(text)
    assert raised.value.line == line
    assert word in raised.value.reason


def test_lines_and_the_usual_line_ending() -> None:
    found = parse("FROM a\r\n𝒳=b\r\n".replace("𝒳=b", "# 𝒳 b") + "\nUSER c")
    at = found.text.index("USER")
    assert (found.line(at), found.line(at - 1)) == (4, 3)
    assert found.newline == "\r\n"
    assert parse("FROM a\r\nUSER b\nUSER c\n").newline == "\n"


def test_dockerfile_parse_reads_our_structure() -> None:
    text = "ARG v=1\nFROM --platform=linux/amd64 a:$v AS b\nRUN <<E\nFROM evil\nE\nFROM c \\\n\n  AS d\nENV e=f"
    found = parse(text)
    assert found.parent_images == ["a:1", "c"]
    assert found.envs == {"e": "f"}
    assert [entry["instruction"] for entry in found.structure] == ["ARG", "FROM", "RUN", "FROM", "ENV"]
    assert "".join(entry["content"] for entry in found.structure) == text


def test_vocabulary_comes_without_the_package_under_the_parser() -> None:
    code = "import sys, hardener.text.instructions; sys.exit('dockerfile_parse' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
