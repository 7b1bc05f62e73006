import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardener.text.find import find, is_wanted
from hardener.text.ignore import excluded_by

ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1"}


def build(top, files):
    for name, text in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)
    return top


def names(top, found):
    return [file.path.relative_to(os.path.realpath(top)).as_posix() for file in found]


def everywhere(patterns, root):
    return lambda _: excluded_by(os.path.realpath(root), patterns)


@pytest.mark.parametrize(
    "name",
    [
        "Dockerfile", "Dockerfile.prod", "Dockerfile.prod.amd64", "api.dockerfile", "api.Dockerfile", "dockerfile",
        "Containerfile", "Containerfile.dev", "compose.yaml", "docker-compose.yml", "x.YAML", "pod.json", "a\nb.yaml",
    ],
)  # fmt: skip
def test_wanted_by_name(name):
    assert is_wanted(name)


@pytest.mark.parametrize(
    "name",
    [
        ".dockerignore", "Dockerfile.dockerignore", "api.dockerignore", "Dockerfile.prod.dockerignore", "MyDockerfile",
        "dockerfile.py", "yaml", ".yaml", "x.yaml.bak", "x.yaml~", "Dockerfile.", "README.md", ".harden-abc.tmp",
    ],
)  # fmt: skip
def test_not_wanted_by_name(name):
    assert not is_wanted(name)


def test_a_folder_is_walked_by_name(tmp_path):
    build(tmp_path, dict.fromkeys(["z.yaml", "b/x.yaml", "b-c/x.yaml", "b/a/Dockerfile", "a.json", "a.txt"], ""))
    found = find([tmp_path])
    assert names(tmp_path, found) == ["a.json", "b/a/Dockerfile", "b/x.yaml", "b-c/x.yaml", "z.yaml"]
    assert not any(file.named for file in found)


def test_folders_of_others_are_skipped_unless_named(tmp_path):
    skipped = [".git/x.yaml", "node_modules/x.yaml", "a/vendor/x.yaml", ".venv/lib/x.yaml"]
    build(tmp_path, dict.fromkeys([*skipped, ".venv/pyvenv.cfg", ".github/x.yaml"], ""))
    assert names(tmp_path, find([tmp_path])) == [".github/x.yaml"]
    assert names(tmp_path, find([tmp_path / "a" / "vendor"])) == ["a/vendor/x.yaml"]
    assert names(tmp_path, find([tmp_path / ".venv"])) == [".venv/lib/x.yaml"]


def test_a_named_file_is_taken_whatever_it_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    build(tmp_path, {"notes.txt": "", ".gitignore": "*\n", "vendor/x.yaml": ""})
    for name in ("notes.txt", "vendor/x.yaml", "missing.yaml"):
        (file,) = find([Path(name)])
        assert file.path == tmp_path.resolve() / name
        assert file.named


def test_each_file_is_found_once_and_a_named_one_stays_named(tmp_path):
    build(tmp_path, dict.fromkeys(["a.yaml", "b.yaml", "s/c.yaml"], ""))
    found = find([tmp_path, tmp_path / "b.yaml", tmp_path / "s", tmp_path / "s" / ".." / "b.yaml"])
    assert [(file.path.name, file.named) for file in found] == [("a.yaml", False), ("b.yaml", True), ("c.yaml", False)]


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        (["*.json"], ["a.yaml", "s/b.yaml", "s/t/c.yaml"]),
        (["s"], ["a.yaml", "d.json"]),
        (["/b.yaml"], ["a.yaml", "d.json", "s/b.yaml", "s/t/c.yaml"]),
        (["s/*", "!s/b.yaml"], ["a.yaml", "d.json", "s/b.yaml"]),
        (["**/t/"], ["a.yaml", "d.json", "s/b.yaml"]),
    ],
)
def test_exclude_takes_gitignore_patterns_from_the_root(tmp_path, patterns, left):
    build(tmp_path, dict.fromkeys(["a.yaml", "s/b.yaml", "s/t/c.yaml", "d.json"], ""))
    assert names(tmp_path, find([tmp_path], everywhere(patterns, tmp_path))) == left


def test_exclude_reaches_a_named_file_only_if_forced(tmp_path):
    build(tmp_path, {"s/a.yaml": ""})
    for patterns in (["s/"], ["a.yaml"], ["/s/a.yaml"]):
        assert len(find([tmp_path / "s" / "a.yaml"], everywhere(patterns, tmp_path))) == 1
        assert find([tmp_path / "s" / "a.yaml"], everywhere(patterns, tmp_path), force_exclude=True) == ()
        assert len(find([tmp_path / "s"], everywhere([patterns[0]], tmp_path))) == (patterns == ["s/"])
    assert find([tmp_path / "s"], everywhere(["s/"], tmp_path), force_exclude=True) == ()
    assert len(find([tmp_path / "s"], everywhere([tmp_path.name], tmp_path), force_exclude=True)) == 1
    assert len(find([tmp_path / "s" / "a.yaml"], everywhere(["/a.yaml"], tmp_path), force_exclude=True)) == 1


def test_exclude_outside_of_the_root_goes_by_the_name(tmp_path):
    build(tmp_path, dict.fromkeys(["a/long/name/x.yaml", "out/x.yaml", "out/y.yaml"], ""))
    excluded = everywhere(["x.yaml", "/*.yaml"], tmp_path / "a" / "long" / "name")
    assert names(tmp_path, find([tmp_path / "out"], excluded)) == ["out/y.yaml"]


def test_what_is_excluded_may_differ_by_folder(tmp_path):
    build(tmp_path, dict.fromkeys(["a.yaml", "s/a.yaml", "s/b.yaml", "t/a.yaml", "t/u/b.yaml"], ""))

    def excluded(folder):
        inner = os.path.realpath(tmp_path / "s")
        return excluded_by(inner, ["b.yaml"]) if folder == inner else everywhere(["a.yaml", "u/"], tmp_path)(folder)

    assert names(tmp_path, find([tmp_path], excluded)) == ["s/a.yaml"]
    named = [tmp_path / "s" / "a.yaml", tmp_path / "s" / "b.yaml", tmp_path / "t" / "u" / "b.yaml"]
    assert names(tmp_path, find(named, excluded, force_exclude=True)) == ["s/a.yaml"]


@pytest.mark.parametrize("pattern", ["a[", "[z-a]"])
def test_a_pattern_that_is_none_is_an_error_of_the_person_who_gave_it(tmp_path, pattern):
    with pytest.raises(ValueError, match=re.escape(f"{pattern!r} is no gitignore pattern")):
        excluded_by(tmp_path, ["*.yaml", pattern])


def test_a_line_that_is_no_pattern_is_passed_over_in_a_gitignore(tmp_path):
    build(tmp_path, {".gitignore": "a/***/[\n!\n[y-a].yaml\n[[&&x].yaml\n", "x.yaml": "", "y.yaml": ""})
    assert names(tmp_path, find([tmp_path])) == ["y.yaml"]


def test_links_lead_neither_out_nor_round_nor_to_a_file_twice(tmp_path):
    top = build(tmp_path / "top", {"a.yaml": "", "notes/x.txt": "", "s/b.yaml": ""})
    build(tmp_path / "out", {"secret.yaml": ""})
    (top / "0-link.yaml").symlink_to("a.yaml")
    (top / "s" / "round").symlink_to(top)
    (top / "out").symlink_to(tmp_path / "out")
    (top / "out.yaml").symlink_to(tmp_path / "out" / "secret.yaml")
    (top / "broken.yaml").symlink_to("nowhere")
    (top / "Dockerfile").symlink_to("notes/x.txt")
    (top / "Dockerfile.too").symlink_to("notes/x.txt")
    assert names(top, find([top])) == ["Dockerfile", "a.yaml", "s/b.yaml"]
    (tmp_path / "linked").symlink_to(top)
    assert names(top, find([tmp_path / "linked"])) == ["Dockerfile", "a.yaml", "s/b.yaml"]


def test_a_pipe_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "x.yaml")
    os.mkfifo(tmp_path / ".gitignore")
    assert find([tmp_path]) == ()


def test_a_folder_that_cannot_be_looked_into_is_said(tmp_path, monkeypatch):
    build(tmp_path, {"a.yaml": "", "closed/b.yaml": ""})
    scan = os.scandir

    def scandir(folder):
        if folder.endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scan(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    found = find([tmp_path])
    assert [(file.path.name, file.problem) for file in found] == [
        ("a.yaml", ""),
        ("closed", "cannot be looked into (Permission denied)"),
    ]


def test_a_nested_repository_has_its_own_rules(tmp_path):
    build(tmp_path, {".git/HEAD": "", ".gitignore": "x.yaml\n", "sub/.git/info/exclude": "y.yaml\n"})
    build(tmp_path, dict.fromkeys(["x.yaml", "y.yaml", "sub/x.yaml", "sub/y.yaml"], ""))
    assert names(tmp_path, find([tmp_path])) == ["sub/x.yaml", "y.yaml"]


def test_a_folder_above_that_is_no_repository_has_no_say(tmp_path):
    build(tmp_path, {".gitignore": "*\n", "sub/x.yaml": ""})
    assert names(tmp_path, find([tmp_path / "sub"])) == ["sub/x.yaml"]


def test_an_ignored_folder_that_is_named_is_walked(tmp_path):
    build(tmp_path, {".git/HEAD": "", ".gitignore": "build/\n", "build/s/x.yaml": "", "build/.gitignore": "y.yaml\n"})
    build(tmp_path, {"build/y.yaml": ""})
    assert find([tmp_path]) == ()
    assert names(tmp_path, find([tmp_path / "build"])) == ["build/s/x.yaml"]
    assert names(tmp_path, find([tmp_path / "build" / "s"])) == ["build/s/x.yaml"]


def git(folder, *arguments):
    command = ["git", "-c", "safe.directory=*", "-c", "init.defaultBranch=main", *arguments]
    return subprocess.run(command, cwd=folder, env=ENVIRONMENT, check=True, capture_output=True).stdout.decode()


def not_ignored(folder):
    """Return what git itself says, of the names that `find` looks for."""
    listed = git(folder, "ls-files", "-co", "--exclude-standard", "-z").split("\0")
    return sorted(name for name in listed if is_wanted(name.rsplit("/", 1)[-1]))


def test_a_linked_work_tree_has_the_excludes_of_its_repository(tmp_path):
    main, linked = tmp_path / "main", tmp_path / "linked"
    main.mkdir()
    git(main, "init", "-q")
    git(main, "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-q", "--allow-empty", "-m", "x")
    git(main, "worktree", "add", "-q", str(linked))
    build(main, {".git/info/exclude": "x.yaml\n"})
    build(linked, {"x.yaml": "", "y.yaml": ""})
    assert names(linked, find([linked])) == not_ignored(linked) == ["y.yaml"]


FOLDERS = ["a", "b", "s p", "a[b]", "a!"]
FILES = ["x.yaml", "y.yml", "Dockerfile", "k.json", "#x.yaml", "!x.yaml"]
PATTERNS = [
    "*", "*.yaml", "x.*", "a", "a/", "/a", "/a/", "a/b", "a/b/", "a/*", "/a/*", "a/**", "**/b", "**/b/", "a/**/b",
    "b/x.yaml", "/x.yaml", "?.yaml", "[xy].y*", "s p", "s p/", "s\\ p/", "a\\[b\\]/", "a\\[b\\]/x.yaml", "\\#x.yaml",
    "\\!x.yaml", "*/", "k.json  ", "/*/", "/*/x.yaml", "a!/", "# x", "", "  ", "Dockerfile/", "**", "**/x.yaml",
    "/**/x.yaml",
]  # fmt: skip
LINES = st.sampled_from(
    PATTERNS + ["!" + pattern for pattern in PATTERNS if pattern.strip() and pattern[0] not in "#!"]
)
FOLDER = st.lists(st.sampled_from(FOLDERS), max_size=3).map("/".join)
RULES = st.tuples(
    st.lists(LINES, min_size=1, max_size=5), st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "\ufeff"])
)


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    top = tmp_path_factory.mktemp("repository")
    git(top, "init", "-q")
    for folder in ["", *FOLDERS, *(f"{one}/{two}" for one in FOLDERS for two in FOLDERS), "a/b/a", "a/b/b", "b/a/s p"]:
        build(top, {f"{folder}/{name}".lstrip("/"): "" for name in FILES})
    return top


@settings(max_examples=120, deadline=None)
@given(rules=st.dictionaries(FOLDER, RULES, max_size=4), exclude=st.lists(LINES, max_size=2), start=FOLDER)
def test_git_agrees(repository, rules, exclude, start):
    (repository / ".git" / "info" / "exclude").write_text("\n".join(exclude))
    written = []
    for folder, (lines, newline, mark) in rules.items():
        if (repository / folder).is_dir():
            path = repository / folder / ".gitignore"
            path.write_bytes((mark + newline.join(lines) + newline).encode())
            written.append(path)
    try:
        expected = not_ignored(repository)
        assert sorted(names(repository, find([repository]))) == expected
        inside = [name for name in expected if name.startswith(start + "/")]
        if inside:
            assert sorted(names(repository, find([repository / start]))) == inside
    finally:
        for path in written:
            path.unlink()


def test_single_files_need_no_patterns(tmp_path):
    build(tmp_path, {"x.yaml": ""})
    code = (
        f"import sys; from hardener.text.find import find; find([{str(tmp_path)!r}]); print('pathspec' in sys.modules)"
    )
    root = Path(__file__).parents[2]
    output = subprocess.run([sys.executable, "-c", code], cwd=root, check=True, capture_output=True, text=True).stdout
    assert output == "False\n"
