import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardener.text import diff as module
from hardener.text.diff import patch_set, unified
from hardener.text.edits import Edit, splice
from hardener.text.source import Source

PIECES = [
    "a",
    "b",
    "a\n",
    "b\n",
    "\n",
    "\r\n",
    "a\r\n",
    "\r",
    "\x0c",
    "\x85",
    "\u2028",
    "é",
    "😀\n",
    "  ",
    "\t",
    "-",
    "+",
]
NAMES = [
    "compose.yaml",
    "with space.yaml",
    "é 漢.yaml",
    'quo"te.yaml',
    "tab\there.yaml",
    "back\\slash.yaml",
    "new\nline.yaml",
    "bell\x07.yaml",
    "sub folder/deep/x.yaml",
    "-dash.yaml",
    os.fsdecode(b"latin-\xe9.yaml"),
]
ENVIRONMENT = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}


@st.composite
def changes(draw):
    """Return (byte order mark or none, text, edits)."""
    text = "".join(draw(st.lists(st.sampled_from(PIECES), max_size=60)))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=10)))
    spans = [(start, end) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
    new = st.one_of(st.lists(st.sampled_from(PIECES), max_size=5).map("".join), st.just(None))
    edits = []
    for start, end in spans:
        put = draw(new)
        edits.append(Edit(start, end, text[start:end] + "a\n" if put is None else put))
    return draw(st.sampled_from(["", "\ufeff"])), text, edits


def source_of(name, mark, text):
    return Source.from_bytes(Path("/") / name, name, (mark + text).encode())


def apply(tool, folder, patch):
    commands = {"git": ["git", "apply", "-"], "patch": ["patch", "-p1", "--binary", "-s", "--no-backup-if-mismatch"]}
    return subprocess.run(commands[tool], cwd=folder, input=patch, env=ENVIRONMENT, check=True, capture_output=True)


@pytest.mark.parametrize("tool", ["git", "patch"])
@settings(max_examples=50, deadline=None)
@given(cases=st.lists(changes(), min_size=1, max_size=8))
def test_applied_by_others_the_diff_gives_the_same_bytes(tmp_path_factory, tool, cases):
    folder = tmp_path_factory.mktemp("work")
    patch, expected = "", {}
    for number, (mark, text, edits) in enumerate(cases):
        source = source_of(f"{number}.yaml", mark, text)
        (folder / source.name).write_bytes(source.raw)
        new = splice(text, edits)
        patch += unified(source, edits, new)
        expected[source.name] = source.encode(new)
    if patch:
        apply(tool, folder, patch.encode())
    assert {name: (folder / name).read_bytes() for name in expected} == expected


@pytest.mark.parametrize("tool", ["git", "patch"])
@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_found_again(tmp_path, tool, name):
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_bytes(b"a\n")
    patch = unified(source_of(name, "", "a\n"), [Edit(0, 1, "b")], "b\n")
    assert patch.isascii()
    apply(tool, tmp_path, patch.encode())
    assert (tmp_path / name).read_bytes() == b"b\n"


def body(mark, text, edits):
    return unified(source_of("x", mark, text), edits, splice(text, edits)).removeprefix("--- a/x\n+++ b/x\n")


@pytest.mark.parametrize(
    ("mark", "text", "edits", "expected"),
    [
        ("", "a\nb\n", [], ""),
        ("", "a\nb\n", [Edit(0, 1, "a"), Edit(2, 2, "")], ""),
        ("", "", [Edit(0, 0, "a\n")], "@@ -0,0 +1 @@\n+a\n"),
        ("", "a\n", [Edit(0, 2, "")], "@@ -1 +0,0 @@\n-a\n"),
        ("", "a\nb\n", [Edit(2, 2, "x\n")], "@@ -1,2 +1,3 @@\n a\n+x\n b\n"),
        ("", "a\nb\n", [Edit(1, 1, "\nx")], "@@ -1,2 +1,3 @@\n a\n+x\n b\n"),
        ("", "a\nb\n", [Edit(0, 4, "a\nx\nb\n")], "@@ -1,2 +1,3 @@\n a\n+x\n b\n"),
        ("", "a\nb\n", [Edit(4, 4, "x\n")], "@@ -1,2 +1,3 @@\n a\n b\n+x\n"),
        ("", "a\nb", [Edit(3, 3, "\nx")],
         "@@ -1,2 +1,3 @@\n a\n-b\n\\ No newline at end of file\n+b\n+x\n\\ No newline at end of file\n"),
        ("", "a", [Edit(0, 0, "x\n")], "@@ -1 +1,2 @@\n+x\n a\n\\ No newline at end of file\n"),
        ("", "a\n", [Edit(1, 2, "")], "@@ -1 +1 @@\n-a\n+a\n\\ No newline at end of file\n"),
        ("\ufeff", "a\n", [Edit(0, 0, "x\n")], "@@ -1 +1,2 @@\n-\ufeffa\n+\ufeffx\n+a\n"),
        ("\ufeff", "", [Edit(0, 0, "x\n")], "@@ -1 +1 @@\n-\ufeff\n\\ No newline at end of file\n+\ufeffx\n"),
        ("", "a\r\nb\r\n", [Edit(3, 3, "x\r\n")], "@@ -1,2 +1,3 @@\n a\r\n+x\r\n b\r\n"),
        ("", "a\x0cb\u2028c\n", [Edit(0, 1, "A")], "@@ -1 +1 @@\n-a\x0cb\u2028c\n+A\x0cb\u2028c\n"),
        ("", "a\nb\nc\n", [Edit(0, 1, "A"), Edit(2, 3, "B")], "@@ -1,3 +1,3 @@\n-a\n-b\n+A\n+B\n c\n"),
        ("", "1\n2\n3\n4\n5\n6\n7\n8\n", [Edit(0, 1, "A"), Edit(14, 15, "B")],
         "@@ -1,8 +1,8 @@\n-1\n+A\n 2\n 3\n 4\n 5\n 6\n 7\n-8\n+B\n"),
        ("", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", [Edit(0, 1, "A"), Edit(16, 17, "B")],
         "@@ -1,4 +1,4 @@\n-1\n+A\n 2\n 3\n 4\n@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+B\n"),
    ],
)  # fmt: skip
def test_only_the_changed_lines_are_shown(mark, text, edits, expected):
    assert body(mark, text, edits) == expected


@settings(max_examples=100, deadline=None)
@given(changes())
def test_unidiff_reads_it_and_no_changed_lines_begin_or_end_alike(case):
    mark, text, edits = case
    source = source_of("x.yaml", mark, text)
    files = patch_set(unified(source, edits, splice(text, edits)))
    assert len(files) == (splice(text, edits) != text)
    for hunk in (hunk for file in files for hunk in file):
        assert hunk.is_valid()
        for removed, added in changed(hunk):
            assert removed != added
            assert not (removed and added and (removed[0] == added[0] or removed[-1] == added[-1]))


def changed(hunk):
    """Yield (removed lines, added lines) for each run of changed lines; an end without newline is part of its line."""
    run = ([], [])
    for line in hunk:
        if line.line_type == "\\":
            continue
        if line.line_type == " ":
            if run != ([], []):
                yield run
            run = ([], [])
        else:
            run[line.line_type == "+"].append((line.value, is_last_without_newline(hunk, line)))
    if run != ([], []):
        yield run


def is_last_without_newline(hunk, line):
    lines = list(hunk)
    after = next(number for number, other in enumerate(lines) if other is line) + 1
    return after < len(lines) and lines[after].line_type == "\\"


def test_counts_of_several_files_come_from_unidiff():
    one = unified(source_of("one", "", "a\n"), [Edit(0, 1, "b")], "b\n")
    two = unified(source_of("two x", "", "a\n"), [Edit(2, 2, "b\nc\n")], "a\nb\nc\n")
    files = patch_set(one + two)
    assert [(file.path, file.added, file.removed) for file in files] == [("one", 1, 1), ("two x", 2, 0)]


def steps(call):
    """Return how many lines of diff.py and difflib run during a call."""
    count = 0
    wanted = {module.__file__, sys.modules["difflib"].__file__}

    def trace(frame, event, _):
        nonlocal count
        if frame.f_code.co_filename not in wanted:
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("text", ["spec:\n  image: x\n  name: y\n", "a\n"], ids=["repeated blocks", "one line"])
def test_the_work_grows_with_the_text_and_no_faster(text):
    def work(times):
        source = source_of("x", "", text * times)
        edits = [Edit(at, at, "added:\n") for at in range(0, len(source.text), len(text))]
        return steps(lambda: unified(source, edits, splice(source.text, edits)))

    assert work(100) * 9 < work(1000) < work(100) * 11


def test_one_edit_over_all_lines_is_linear_too():
    def work(times):
        source = source_of("x", "", "a\n" * times)
        return steps(lambda: unified(source, [Edit(0, 2 * times, "b\n" * times)], "b\n" * times))

    assert work(1000) < work(100) * 11


def test_neighbouring_edits_together_can_leave_a_line_as_it_was():
    assert body("", "\na\n", [Edit(0, 0, "\na"), Edit(1, 2, "")]) == "@@ -1,2 +1,3 @@\n \n a\n+\n"
