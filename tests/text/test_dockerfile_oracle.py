"""BuildKit's own parser (PyPI `dockerfile`, BuildKit 0.12.5) must see what we see, before and after an edit."""

import re
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hardener.text.dockeredit import RefusedError, check, render
from hardener.text.edits import splice
from hardener.text.instructions import Dockerfile, Insert, Instruction, SetFlag, UnparsableError, parse

buildkit = pytest.importorskip("dockerfile", reason="BuildKit's parser has no wheel for this platform")

KEYWORDS = {
    *("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER"),
    *("ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
}


class Seen(NamedTuple):
    keyword: str
    first: int
    last: int
    flags: tuple[str, ...]
    value: tuple[str, ...]
    bodies: list[tuple[str, str]]

    def without_lines(self) -> tuple[object, ...]:
        return self.keyword, self.flags, " ".join(" ".join(self.value).split()), self.bodies


def theirs(text: str) -> list[Seen] | None:
    """What BuildKit sees; None where it rejects the file or would reject it when it looks at the keywords."""
    try:
        commands = buildkit.parse_string(text)
    except buildkit.GoParseError as error:
        return [] if "no instructions" in str(error) else None
    seen: list[Seen] = []
    for command in commands:
        keyword = (command.cmd or "").upper()
        if keyword not in KEYWORDS or (command.sub_cmd and command.sub_cmd.upper() not in KEYWORDS - {"ONBUILD"}):
            return None
        bodies = [(heredoc.name, heredoc.content) for heredoc in command.heredocs]
        seen.append(Seen(keyword, command.start_line, command.end_line, command.flags, command.value, bodies))
    return seen


def ours(dockerfile: Dockerfile) -> list[Seen]:
    """The same of our instructions. The oracle's binding hides flags and heredocs within an ONBUILD."""
    seen: list[Seen] = []
    for outer in dockerfile.instructions:
        said = outer.onbuild or outer
        flags = tuple(f"--{flag.name}" + ("" if flag.value is None else f"={flag.value}") for flag in outer.flags)
        bodies = [] if outer.onbuild else [(heredoc.name, heredoc.body) for heredoc in outer.heredocs]
        seen.append(Seen(outer.keyword, outer.line, outer.last_line, flags, arguments(said), bodies))
    return seen


def arguments(instruction: Instruction) -> tuple[str, ...]:
    if instruction.keyword == "HEALTHCHECK":
        kind, _, rest = instruction.value.partition(" ")
        return (kind, *(instruction.json or ((rest.strip(),) if rest else ())))
    if instruction.json is not None:
        return instruction.json
    words = tuple(word.text for word in instruction.words())
    if instruction.keyword in ("ENV", "LABEL"):
        if words and "=" not in words[0]:
            return tuple(re.split(r"[\t\v\f\r ]+", instruction.value, maxsplit=1))
        return tuple(side for word in words for side in word.split("=", 1))
    if instruction.keyword in ("COPY", "ADD", "VOLUME", "FROM", "EXPOSE", "ARG"):
        return words
    return (instruction.value,) if instruction.value else ()


def assert_agreement(text: str) -> None:
    expected = theirs(text)
    try:
        found = ours(parse(text))
    except UnparsableError:
        found = None
    assert found == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "# only a comment",
        "FROM a",
        "from a AS b\r\nRun c\r\n",
        "FROM a\nRUN b \\\n\n  # c\n\t\n  d\nUSER e\n",
        "FROM a\nRUN b \\",
        "FROM a\nRUN b \\\n\n# c\n\n",
        "FROM a\n\\\n\\\n  RUN b\n",
        "FROM a\nRUN b \\\\\nRUN c\n",
        "FROM a\nRUN b \\ \t\n  c\n",
        "# escape=`\nFROM a\nRUN dir C:\\ `\n  && dir D:\\\nUSER b\n",
        "# syntax=x\n#  Escape = `  \nFROM a\nRUN a `\nb",
        "# comment\n# escape=`\nFROM a\nRUN a `\nRUN b",
        "\n# escape=`\nFROM a\nRUN a `\nRUN b",
        "# escape=x\nFROM a",
        "# escape=`\n# escape=`\nFROM a",
        "# escape=`\n# unknown=1\n# escape=\\\nFROM a",
        "FROM a\nRUN <<EOF\nUSER evil\nEOF\nUSER b\n",
        "FROM a\nRUN <<-EOF cat\n\tUSER evil\n\tEOF\nUSER b\n",
        "FROM a\nCOPY <<A <<'B' /c/\na\nA\n$b\nB\nUSER b\n",
        "FROM a\nRUN 3<<EOF\n EOF\nEOF\r\nUSER b\n",
        "FROM a\nRUN cat \\\n <<E\\OF\nb \\\nEOF\nUSER b\n",
        "FROM a\nRUN echo \"it's <<EOF\nUSER b\n",
        "FROM a\nRUN echo it's <<EOF\nUSER b\n",
        'FROM a\nRUN echo "<<EOF"\nUSER b\n',
        "FROM a\nRUN ((a<<2)) <<<b\nUSER b\n",
        "FROM a\nRUN <<E\\\\OF\nb\nE\\OF\nUSER c\n",
        "FROM a\nRUN <<-E\nXE\nE\nRUN cat <<\nUSER X\n",
        "# escape=\\\nFROM a\n",
        'FROM a\nRUN ["a", "<<EOF"]\nUSER b\n',
        "FROM a\nENV x <<EOF\nUSER b\n",
        "FROM a\nRUN <<EOF\nUSER b\n",
        "FROM a\nONBUILD RUN <<E\nb\nE\nONBUILD COPY --from=x \\\n y z\nONBUILD\n",
        "FROM --platform=linux/amd64 a\nCOPY --from=b --link c d\nADD --chown=1:1 \\\n --chmod=755 e f\n",
        "FROM a\nCOPY -- b c\nCOPY --from=x -- b c\nCOPY --\nCOPY --x='a b' --\"y=z\" c\n",
        "FROM a\nHEALTHCHECK --interval=1s CMD b c\nHEALTHCHECK NONE\n",
        'FROM a\nCMD ["b", "c d", "\\u00e9\\n"]\nCMD [b]\nCMD []\nCMD ["a",]\n',
        'FROM a\nENTRYPOINT [ "x" ]\nVOLUME ["/a"] \nSHELL ["a"]\n',
        "FROM a\nCMD [1]\n",
        "FROM a\nCMD [NaN]\n",
        "FROM a\nENV b\n",
        "FROM a\nENV b c=d  e\nENV b=c d='e f' g=\\ h \"i j\"=k\nLABEL a=b \\\n  c=d\n",
        "FROM a\nENV b=c d\n",
        "FROM a\nARG\nARG b\nARG b=c d\n",
        "FROM a\nNOPE b\n",
        "FROM a\nRUN b\rRUN c\r\nUSER d\r",
        "FROM a\n\f RUN\fb\n\v\x85\xa0USER\td\u2028\nUSER \u3000e \x85\n",
        "FROM a\nRUN 𝒳 é \\\n ✓\nUSER 𝒳\n",
        "FROM a\nRUN b \\\n" + "#" * 65_534 + "\n c",
        "FROM a\nRUN " + "b" * 65_531,
        "FROM a\nRUN " + "b" * 65_532,
        "FROM a\nRUN " + "𝒳" * 16_383,
        "FROM a\nRUN " + "é" * 32_766,
    ],
)
def test_construct(text: str) -> None:
    assert_agreement(text)


WORDS = st.sampled_from(
    [
        "a",
        "/b/c",
        "é𝒳",
        "'q w'",
        '"q w"',
        '"',
        "'",
        "$V",
        "${V:-d}",
        "\\",
        "\\\\",
        "&&",
        ";",
        "#",
        "C:\\d",
        "x=y",
        "`",
        "--",
    ]
)
FILLING = st.sampled_from(["", "  ", "\t", "# note", "  # USER x", "\f"])


@st.composite
def dockerfiles(draw: st.DrawFn) -> str:
    """Texts with directives, comments, continuations, heredocs, flags, exec forms and mixed line endings."""
    escape = draw(st.sampled_from("\\\\`"))
    ending = st.sampled_from(["\n"] * 4 + ["\r\n"])
    text = f"# escape={escape}" + draw(ending) if escape == "`" or draw(st.booleans()) else ""
    text += draw(st.sampled_from(["", "# syntax=docker/dockerfile:1\n", "# header\r\n\n"]))

    def gap() -> str:
        if draw(st.integers(0, 3)):
            return draw(st.sampled_from([" ", "  ", "\t"]))
        inner = "".join(filling + draw(ending) for filling in draw(st.lists(FILLING, max_size=2)))
        trailing, indent = draw(st.sampled_from(["", " ", "\t"])), draw(st.sampled_from(["  ", "\t", ""]))
        return f" {escape}{trailing}{draw(ending)}{inner}{indent}"

    def plain(keyword: str) -> str:
        flags = draw(st.lists(st.sampled_from(["--from=b", "--link", "--chmod=7"]), max_size=2, unique=True))
        return keyword + "".join(gap() + word for word in [*flags, *draw(st.lists(WORDS, max_size=4))])

    def heredoc() -> str:
        opened, closed = draw(
            st.sampled_from([("<<E", "E"), ("<<-E", "\tE"), ("<<'E F'", "E F"), ('5<<-"E"', "\t\tE")])
        )
        body = draw(st.lists(st.sampled_from(["USER evil", "# b", "", "c \\", "\t$V"]), max_size=3))
        first = (
            draw(st.sampled_from(["RUN", "COPY", "run", "ADD"])) + gap() + opened + draw(st.sampled_from(["", " x"]))
        )
        return "".join(line + draw(ending) for line in [first, *body]) + closed

    for _ in range(draw(st.integers(0, 6))):
        text += "".join(filling + draw(ending) for filling in draw(st.lists(FILLING, max_size=2)))
        text += draw(st.sampled_from(["", "", "  ", "\t"]))
        kind = draw(st.sampled_from(["plain", "plain", "exec", "heredoc", "onbuild"]))
        if kind == "plain":
            text += plain(draw(st.sampled_from(["RUN", "COPY", "USER", "FROM", "run", "cmd", "Arg", "ENV", "WORKDIR"])))
        elif kind == "exec":
            text += draw(st.sampled_from(["CMD", "ENTRYPOINT", "RUN", "COPY"])) + gap() + '["a b",' + gap() + '"c\\\\"]'
        elif kind == "heredoc":
            text += heredoc()
        else:
            text += "ONBUILD" + gap() + plain("COPY")
        text += draw(ending)
    return text[:-1] if draw(st.booleans()) else text


RELAXED = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


@RELAXED
@given(dockerfiles())
def test_generated_texts(text: str) -> None:
    assert_agreement(text)


@RELAXED
@given(dockerfiles(), st.data())
def test_oracle_sees_the_declared_edits_and_nothing_else(text: str, data: st.DataObject) -> None:
    try:
        old = parse(text)
    except UnparsableError:
        assume(False)
    places = st.tuples(st.integers(0, len(old.instructions)), st.booleans())
    inserts = [
        Insert(place, "USER", "1:1") if user else Insert(place, "RUN", ("a b", "c"))
        for place, user in data.draw(st.lists(places, max_size=3))
    ]
    changes: list[Insert | SetFlag] = [*inserts]
    if copies := [found.index for found in old.instructions if found.keyword == "COPY"]:
        changes.append(SetFlag(data.draw(st.sampled_from(copies)), "chown", "1:1"))
    try:
        new_text = splice(text, render(old, changes))
    except RefusedError:
        assume(False)

    assert check(old, changes, parse(new_text)) is None
    rest = iter(new_text)
    assert all(char in rest for char in text), "every character is still there, in order"

    before, after = theirs(text), theirs(new_text)
    assert before is not None
    assert after is not None
    expected: list[tuple[object, ...]] = []
    for index in range(len(before) + 1):
        for insert in inserts:
            if insert.before == index:
                value = insert.value if isinstance(insert.value, str) else "a b && c"
                expected.append((insert.keyword, (), value, []))
        for seen in before[index : index + 1]:
            flag = ("--chown=1:1",) * (SetFlag(index, "chown", "1:1") in changes)
            expected.append(seen._replace(flags=(*seen.flags, *flag)).without_lines())
    assert [seen.without_lines() for seen in after] == expected
