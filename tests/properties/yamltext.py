"""One piece of data in the many ways in which people write it as YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from hypothesis import strategies as st

Data: TypeAlias = Any
"""Mappings and lists of str and the marks below."""


@dataclass(frozen=True)
class Raw:
    """A scalar that is written as it is."""

    text: str


@dataclass(frozen=True)
class Anchored:
    name: str
    value: Data


@dataclass(frozen=True)
class Alias:
    name: str


@dataclass(frozen=True)
class Tagged:
    tag: str
    value: Data


PLAIN = re.compile(r"[A-Za-z/_.][A-Za-z0-9/_.@-]*(:[A-Za-z0-9/_.@-]+)*|[1-9][0-9]*")
COMMENTS = ("# why: see above", "#user: root", "#", "# - item", "## ---- ä 漢 😀 ----", "# a: {b: [c", "# {{ none }}")
STEPS = (2, 4, 3)
"""Widths of one indentation, the usual one first."""


class Writer:
    """Writes data as text; every choice is drawn, and the first of each is the plain one."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self.draw = draw
        self.step = self.pick(*STEPS)
        self.indented_lists = self.pick(True, False)

    def pick(self, *options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def one_in(self, number: int) -> bool:
        return bool(self.draw(st.integers(0, number - 1)) == number - 1)

    def document(self, data: Data) -> list[str]:
        """Return the lines of a document."""
        if self.one_in(15):
            return self.flow(data).split("\n")
        return self.block(data, 0)

    def block(self, data: Data, indent: int) -> list[str]:
        if isinstance(data, dict):
            return [line for item in data.items() for line in self.entry(*item, indent)]
        return [line for item in data for line in self.between(indent) + self.node(" " * indent + "-", item, indent)]

    def entry(self, key: str, value: Data, indent: int) -> list[str]:
        pad = " " * indent
        name = key if key == "<<" or not self.one_in(8) else self.pick(f'"{key}"', f"'{key}'")
        if key != "<<" and self.one_in(40):
            return [*self.between(indent), f"{pad}? {name}", *self.node(f"{pad}:", value, indent)]
        return [*self.between(indent), *self.node(f"{pad}{name}{self.pick(':', ':', ':', ' :')}", value, indent)]

    def between(self, indent: int) -> list[str]:
        """Lines that say nothing: mostly none."""
        if not self.one_in(6):
            return []
        blank = self.pick("", "", "  ", " " * indent)
        comment = " " * self.pick(indent, 0, indent + 2) + self.pick(*COMMENTS)
        return list(self.pick([comment], [blank], [blank, comment], [comment, blank]))

    def node(self, prefix: str, data: Data, indent: int) -> list[str]:
        """Return the lines of a value that stands after `prefix`: `  key:` or `  -`."""
        plain = True
        while isinstance(data, Anchored | Tagged):
            prefix += f" &{data.name}" if isinstance(data, Anchored) else f" {data.tag}"
            data, plain = data.value, False
        if isinstance(data, dict | list) and data and not self.one_in(6):
            return self.collection(prefix, data, indent, may_join=plain)
        if isinstance(data, str) and "\n" in data and not self.one_in(4):
            return self.block_scalar(prefix, data, indent)
        text = self.flow(data) if isinstance(data, dict | list) else self.scalar(data)
        if not text:
            return [prefix + self.trail()]
        lines = f"{prefix}{self.pick(' ', ' ', '  ')}{text}".split("\n")
        return [*lines[:-1], lines[-1] + self.trail()]

    def trail(self) -> str:
        """What may follow on a line."""
        return str(self.pick("", "", "", "", "  # note", " ", " \t# tab", "   # {x: 1")) if self.one_in(3) else ""

    def collection(self, prefix: str, data: Data, indent: int, *, may_join: bool) -> list[str]:
        in_list = prefix.rstrip().endswith("-") and may_join
        if in_list and not self.one_in(8):
            lines = self.block(data, indent + 2)
            first = next(index for index, line in enumerate(lines) if line.strip() and not line.strip().startswith("#"))
            if first == 0 and not lines[0].lstrip().startswith("? "):
                return [prefix + " " + lines[0].lstrip(" "), *lines[1:]]
            return [prefix, *lines]
        flat = isinstance(data, list) and not self.indented_lists and not prefix.rstrip().endswith("-")
        return [prefix + self.trail(), *self.block(data, indent if flat else indent + self.step)]

    def block_scalar(self, prefix: str, text: str, indent: int) -> list[str]:
        style = self.pick("|", ">", "|-", ">+", "|2", "|  # note")
        pad = " " * (indent + (2 if style == "|2" else self.step + self.pick(0, 2)))
        return [f"{prefix} {style}", *(pad + line if line else "" for line in text.split("\n"))]

    def scalar(self, data: Data, *, flow: bool = False) -> str:
        if isinstance(data, Alias):
            return f"*{data.name}"
        if isinstance(data, Raw):
            return data.text
        style = self.pick("plain", "plain", "single", "double")
        if style == "plain" and PLAIN.fullmatch(data) and not (flow and ":" in data and not self.one_in(4)):
            return str(data)
        if style == "single" and str(data).isprintable():
            return "'" + str(data).replace("'", "''") + "'"
        return json.dumps(data, ensure_ascii=self.pick(False, True))

    def flow(self, data: Data) -> str:
        """Return a value in flow style; it may take several lines."""
        if isinstance(data, Anchored):
            return f"&{data.name} {self.flow(data.value)}"
        if isinstance(data, Tagged):
            return f"{data.tag} {self.flow(data.value)}"
        if not isinstance(data, dict | list):
            return self.scalar(data, flow=True) or "null"
        gap, pad = self.pick(("", ""), (" ", " "), ("\n", "              "))
        opening, closing = "{}" if isinstance(data, dict) else "[]"
        if not data:
            return opening + closing
        items = (
            [f"{k}: {self.flow(v)}" for k, v in data.items()] if isinstance(data, dict) else list(map(self.flow, data))
        )
        comment = " # why" if gap == "\n" and self.one_in(3) else ""
        comma = self.pick(", ", ",\n              ") if gap == "\n" else ", "
        last = self.pick("", ",") if gap == "\n" else ""
        inner = comma.join(items) + last
        end = "              " if gap == "\n" else ""
        return f"{opening}{gap}{pad if gap == chr(10) else ''}{inner}{comment}{gap}{end}{closing}"


def stream(writer: Writer, documents: list[list[str]]) -> str:
    """Return documents as one stream, with the marks that stand between them."""
    lines: list[str] = []
    for index, document in enumerate(documents):
        if index or writer.one_in(4):
            if writer.one_in(6):
                lines += ["..."] if index else []
                lines += ["%YAML 1.1"] if index == 0 or lines[-1] == "..." else []
            lines.append(writer.pick("---", "---", "--- # next", "---   "))
        lines += document
    if lines and writer.one_in(10):
        lines.append("...")
    return ended(writer, lines)


def ended(writer: Writer, lines: list[str]) -> str:
    """Return the lines with newlines of one kind or of several, maybe without the last, maybe after a mark."""
    newline = writer.pick("\n", "\n", "\n", "\r\n", "mixed")
    ends = [writer.pick("\n", "\r\n") if newline == "mixed" else newline for _ in lines]
    if ends and writer.one_in(4):
        ends[-1] = writer.pick("", ends[-1] * 3)
    mark: str = writer.pick("", "", "", "\ufeff")
    return mark + "".join(line + end for line, end in zip(lines, ends, strict=True))
