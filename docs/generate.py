"""Pages that are made from the code while the site is built: rules, commands, configuration, images, frameworks.

MkDocs calls the functions `on_…` (https://www.mkdocs.org/user-guide/configuration/#hooks).
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from hardener import templates
from hardener.cli import harden
from hardener.policy.frameworks import frameworks
from hardener.rules import LoadedRule, catalog
from hardener.text.yamlplain import to_python
from hardener.text.yamltree import parse

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases"
EXAMPLES = 3
"""Cases of a kind that a rule's page shows: the shortest ones."""

_FORMATS = {"dockerfile-": "Dockerfiles", "compose-": "Compose", "kubernetes-": "Kubernetes", "project-": "Projects"}
_LEVELS = {"baseline": "always", "restricted": "with `--level restricted`", "opt-in": "where it is selected by name"}
_BREAKS = "What may break:"
_MARK = re.compile(r"<!-- made: (\w+) -->")
_SHOWN = re.compile(r"<!-- shows: (\S+) -->")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Add the rules' pages to what leads through the site."""
    pages = [{what: [f"rules/{rule.id}.md" for rule in rules]} for what, rules in _by_format()]
    config.nav = [*(config.nav or ()), {"Rules": ["rules/index.md", *pages]}]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add a page for each rule, and their list."""
    for rule in catalog().values():
        files.append(File.generated(config, f"rules/{rule.id}.md", content=rule_page(rule)))
    files.append(File.generated(config, "rules/index.md", content=rules_page()))
    return files


def on_page_markdown(markdown: str, /, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put what is made in place of `<!-- made: NAME -->`, and a file's text in that of `<!-- shows: PATH -->`."""
    del page, config, files
    markdown = _SHOWN.sub(lambda mark: "\n".join(_file(ROOT / mark[1], mark[1])), markdown)
    return _MARK.sub(lambda mark: "\n".join(MADE[mark[1]]()), markdown)


def _by_format() -> Iterator[tuple[str, list[LoadedRule]]]:
    for begin, what in _FORMATS.items():
        yield what, [rule for rule in catalog().values() if rule.id.startswith(begin)]


def rules_page() -> str:
    """Return the list of rules."""
    lines = ["# Rules", "", *(f"- **{level}**: applies {when}" for level, when in _LEVELS.items()), ""]
    for what, rules in _by_format():
        lines += [f"## {what}", "", "| Rule | What it does | Level |", "|---|---|---|"]
        lines += [*(f"| [{rule.id}]({rule.id}.md) | {rule.rule.title} | {rule.rule.level} |" for rule in rules), ""]
    return "\n".join(lines)


def rule_page(rule: LoadedRule) -> str:
    """Return a rule's page: why, what may break, examples, and the controls that it bears on."""
    lead, *rest = rule.documentation.strip().split("\n\n")
    breaks = [part for part in rest if part.startswith(_BREAKS)]
    lines = [f"# {rule.id}", "", f"**{lead}**", "", f"Level {rule.rule.level}: applies {_LEVELS[rule.rule.level]}.", ""]
    lines += [line for part in rest if part not in breaks for line in (part, "")]
    if said := "\n\n".join(part.removeprefix(_BREAKS).strip() for part in breaks) or rule.rule.caveat:
        lines += ["## What may break", "", said[:1].upper() + said[1:], ""]
    lines += [*_examples(rule.id), *_controls(rule.id)]
    return "\n".join(lines) + "\n"


def _examples(rule: str) -> Iterator[str]:
    """Yield the shortest cases of each kind; those of several files come last."""
    cases = sorted((CASES / rule).iterdir(), key=lambda path: (path.is_dir(), path.stat().st_size, path.name))
    changed = [path for path in cases if ".before." in path.name and path.is_file()][:EXAMPLES]
    if changed:
        yield "## Changed\n"
    for path in changed:
        after = path.with_name(path.name.replace(".before.", ".after."))
        yield from _block("diff", "\n".join(_difference(path, after)), _title(path))
    held = [path for path in cases if ".held" in path.suffixes and path.suffix != ".txt"][:EXAMPLES]
    if held:
        yield "## Held or unsafe, and why\n"
    for path in held:
        reason = path.with_name(path.name.partition(".held")[0] + ".held.txt").read_text(encoding="utf-8").strip()
        yield from _case(path)
        yield f"> {reason}\n"
    same = [path for path in cases if ".same" in path.suffixes][:1]
    if same:
        yield "## Left alone\n"
    for path in same:
        yield from _case(path)


def _case(path: Path) -> Iterator[str]:
    if path.is_file():
        yield from _file(path, _title(path))
        return
    yield f"**{_title(path)}**\n"
    for file in sorted(each for each in path.rglob("*") if each.is_file()):
        yield from _file(file, f"`{file.relative_to(path)}`")


def _difference(before: Path, after: Path) -> list[str]:
    """Return the lines of a diff that shows both files whole, without its head."""
    old, new = (path.read_text(encoding="utf-8").split("\n") for path in (before, after))
    return list(difflib.unified_diff(old, new, n=max(len(old), len(new)), lineterm=""))[3:]


def _file(path: Path, title: str) -> Iterator[str]:
    language = _LANGUAGES.get(path.suffix, "groovy" if path.name == "Jenkinsfile" else "dockerfile")
    yield from _block(language, path.read_text(encoding="utf-8"), title)


def _block(language: str, text: str, title: str) -> Iterator[str]:
    yield f"**{title}**\n"
    yield f"````{language}\n{text.rstrip()}\n````\n"


def _title(path: Path) -> str:
    name = path.name.partition(".")[0]
    words, *tags = name.split("+")
    return words.replace("-", " ").capitalize() + "".join(f" (`--{_TAGS.get(tag, tag)}`)" for tag in tags)


_TAGS = {"unsafe": "unsafe-fixes", "restricted": "level restricted"}
_LANGUAGES = {".yaml": "yaml", ".yml": "yaml", ".txt": "text"}


def _controls(rule: str) -> Iterator[str]:
    rows = [
        f"| {framework.name} {framework.version} | {control.id} | {control.title} |"
        for framework in frameworks().values()
        for control in framework.controls
        if any(bearing.rule == rule for bearing in control.rules)
    ]
    if rows:
        yield from ("## Compliance\n", "| Framework | Control | Title |", "|---|---|---|", *rows, "")


def commands() -> Iterator[str]:
    """Yield the help of every command."""
    for path, command in _commands((), harden):
        name = " ".join(("harden", *path))
        with click.Context(command, info_name=name, max_content_width=100) as context:
            yield f"## {name}\n\n```text\n{command.get_help(context)}\n```\n"


def _commands(path: tuple[str, ...], command: click.Command) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None and not found.hidden:
                yield from _commands((*path, name), found)


def configuration() -> Iterator[str]:
    """Yield every key of the configuration, from its published schema."""
    schema = json.loads((templates.folder() / "schemas" / "config.json").read_text(encoding="utf-8"))
    yield from ("| Key | What it says | Default |", "|---|---|---|")
    yield from _keys("", schema)


def _keys(prefix: str, schema: Mapping[str, Any]) -> Iterator[str]:
    for name, said in schema.get("properties", {}).items():
        default = json.dumps(said["default"]) if "default" in said else ""
        words = said.get("description", "").replace("|", "/")
        yield f"| `{prefix}{name}` | {words} | {f'`{default}`' if default else ''} |"
        for inner in (said, said.get("items", {}), *said.get("anyOf", ())):
            dots = f"{prefix}{name}." if inner is not said.get("items") else f"{prefix}{name}[]."
            yield from _keys(dots, inner)
        if isinstance(rest := said.get("additionalProperties"), dict):
            yield from _keys(f"{prefix}{name}.*.", rest)


def images() -> Iterator[str]:
    """Yield each image profile with its facts, and where each comes from."""
    folder = templates.folder() / "images"
    for path in sorted(folder.rglob("*.yaml")):
        root = parse(path.read_text(encoding="utf-8")).root(0)
        profile: Any = to_python(root) if root is not None else {}
        yield f"## {profile['image']}\n"
        yield from _facts(profile)
        for variant in profile.get("variants", ()):
            which = "tags" if "tags" in variant else "names"
            yield f"**{which.capitalize()} {', '.join(f'`{glob}`' for glob in variant[which])}**\n"
            yield from _facts(variant)


def _facts(profile: Mapping[str, Any]) -> Iterator[str]:
    facts = {
        key: value for key, value in profile.items() if key not in {"image", "evidence", "variants", "tags", "names"}
    }
    yield from ("```yaml", *(f"{key}: {json.dumps(value)}" for key, value in facts.items()), "```", "")
    for piece in profile.get("evidence", ()):
        kind = "trial" if "lookalikes" in str(piece.get("source", "")) else "public source"
        note = f": {piece['note'].strip()}" if piece.get("note") else ""
        yield f"- *{kind}* ({', '.join(piece.get('facts', ()))}): {_source(str(piece.get('source', '')))}{note}"
    yield ""


def _source(source: str) -> str:
    if file := re.match(r"https://github\.com/([^/]+/[^/]+)/blob/[^/]+/(.+)", source):
        return f"[{file[1]}: {file[2]}]({source})"
    return f"<{source}>" if source.startswith("http") else f"`{source}`"


def controls() -> Iterator[str]:
    """Yield each framework's controls, and the rules that bear on them."""
    for framework in frameworks().values():
        yield f"## {framework.title} {framework.version}\n"
        yield f"{framework.scope}\n"
        yield from ("| Control | Title | Files decide | Rules |", "|---|---|---|---|")
        for control in framework.controls:
            rules = ", ".join(f"[{bearing.rule}](rules/{bearing.rule}.md)" for bearing in control.rules)
            yield f"| {control.id} | {control.title} | {control.decides} | {rules} |"
        yield ""


MADE = {"commands": commands, "configuration": configuration, "images": images, "controls": controls}
"""What makes what, by the name in the mark."""
