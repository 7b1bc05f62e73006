"""Shell text as the simple commands that it holds: enough to see what a RUN makes and what a start-up script calls."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from hardener.text.dockerwords import shell_words, unquoted
from hardener.text.instructions import Instruction, Word

SHELLS = frozenset({"sh", "bash", "ash", "dash"})

_OPERATORS = frozenset({"&&", "||", ";", "|", "|&", "&", ";;", "(", ")"})
_OPENING = frozenset({"if", "while", "until"})
_CONTINUING = frozenset({"then", "else", "elif", "do", "!", "time"})
_CLOSING = frozenset({"fi", "done", "}"})
_HEREDOC = re.compile(r"\d*<<(-?)\s*(.*)", re.DOTALL)
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
_REDIRECTION = re.compile(r"\d*(?:&>>?|[<>]+[&|]?)(.*)", re.DOTALL)
_SUBSTITUTION = re.compile(r"\$\(([^()]*)\)|`([^`]*)`")


class Command(NamedTuple):
    """One simple command."""

    words: tuple[Word, ...]
    """Without assignments in front of it and without redirections; never empty."""
    before: str
    """The operator that stands before it: `&&`, `||`, `|` …; `;` also for a new line and for the beginning."""
    after: str
    """The operator behind it; `;` also for the end."""
    nested: bool
    """It stands in a condition, a loop, a function or a subshell, so that it may run not at all or more than once."""
    redirected: tuple[str, ...]
    """Files that it writes to."""
    fed: bool = False
    """Its input is redirected: from a heredoc, a word or a file."""

    @property
    def name(self) -> str:
        """The program, without its folder."""
        return self.words[0].unquoted.rpartition("/")[2]

    @property
    def arguments(self) -> tuple[str, ...]:
        """The words behind the program, without quotes."""
        return tuple(word.unquoted for word in self.words[1:])

    @property
    def always_runs(self) -> bool:
        """Whether it runs exactly once in a script that succeeds."""
        return not self.nested and self.before in (";", "&&") and self.after in (";", "&&")


@lru_cache(maxsize=4096)
def run_commands(instruction: Instruction) -> Sequence[Command]:
    """Return the commands of a RUN, in shell or exec form or as a heredoc; offsets are those of the Dockerfile."""
    if instruction.json is not None:
        return _exec_commands(instruction)
    front = list(_Reader(instruction.words()).commands())
    if not instruction.heredocs:
        return front
    body = instruction.heredocs[0]
    if not front:
        return _shifted(body.body, body.start)
    # `bash <<EOF` runs the body too, but in another shell, with its own idea of when to stop.
    if front[0].name in SHELLS:
        front += [command._replace(nested=True) for command in _shifted(body.body, body.start)]
    return front


def is_shell(words: Sequence[str]) -> bool:
    """Whether a command, as a list of words or as one text, starts with a shell."""
    first = " ".join(words).split(maxsplit=1)[:1]
    return bool(first) and first[0].rpartition("/")[2] in SHELLS


def shell_script(words: Sequence[str]) -> str:
    """Return the script that a shell is given behind `-c`; empty where the words start no shell or give it none."""
    if not is_shell(words):
        return ""
    options = (n for n, word in enumerate(words) if word[:1] == "-" != word[1:2] and word.endswith("c"))
    option = next(options, len(words))
    return "".join(words[option + 1 : option + 2])


def script_commands(text: str) -> list[Command]:
    """Return the commands of a shell script; offsets count characters of `text`."""
    return list(_Reader(_script_words(text)).commands())


def substituted(word: Word) -> Iterator[Command]:
    """Yield the commands that a word runs through `$(…)`; their offsets are of no use."""
    for match in _SUBSTITUTION.finditer(word.text):
        yield from script_commands(match[1] or match[2] or "")


def _exec_commands(instruction: Instruction) -> list[Command]:
    words = instruction.words()
    if not words:
        return []
    if len(words) == 3 and words[0].text.rpartition("/")[2] in SHELLS and words[1].text == "-c":
        return [command._replace(nested=True) for command in script_commands(words[2].text)]
    return [Command(words, ";", ";", False, ())]


def _shifted(text: str, start: int) -> list[Command]:
    return list(_Reader(Word(w.text, w.start + start, w.end + start) for w in _script_words(text)).commands())


def _script_words(text: str) -> Iterator[Word]:
    """Yield words and operators; a line's end is the operator `;`, comments and heredocs' bodies are passed over."""
    at = 0
    heredocs: list[tuple[str, bool]] = []
    while at < len(text):
        previous = at
        for start, end in shell_words(text, at, len(text)):
            newline = text.find("\n", previous, start)
            if newline >= 0 and text[newline - 2 : newline] != "\\\r":
                yield Word(";", newline, newline)
                if heredocs:
                    at = _behind_heredocs(text, newline + 1, heredocs)
                    heredocs = []
                    break
            if text[start] == "#":
                line_end = text.find("\n", start)
                at = line_end if line_end >= 0 else len(text)
                break
            previous = end
            if (match := _HEREDOC.match(text[start:end])) and not text[start:end].startswith("<<<"):
                heredocs.append((match[2] or _next_word(text, end), bool(match[1])))
            word = text[start:end].replace("\\\r\n", "").replace("\\\n", "").rstrip("\r")
            if word not in ("", "\\"):
                yield Word(word, start, end)
        else:
            return


def _next_word(text: str, at: int) -> str:
    return next((text[start:end] for start, end in shell_words(text, at, len(text))), "")


def _behind_heredocs(text: str, at: int, heredocs: list[tuple[str, bool]]) -> int:
    for word, strip in heredocs:
        name = unquoted(word)
        while at < len(text):
            end = text.find("\n", at)
            end = end if end >= 0 else len(text)
            line = text[at:end].rstrip("\r")
            at = end + 1
            if (line.lstrip("\t") if strip else line) == name:
                break
    return at


@dataclass(slots=True)
class _Reader:
    """Groups words into commands; follows the compound commands only as far as to know what is nested."""

    words: Iterable[Word]
    depth: int = 0
    cases: int = 0
    before: str = ";"
    skip_to: str = ""
    """Pass over all words up to this one."""
    current: list[Word] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    fed: bool = False

    def commands(self) -> Iterator[Command]:
        take_file = ""
        for word in self.words:
            if self.skip_to:
                self._skip(word)
            elif word.text in _OPERATORS:
                yield from self._ended(word.text)
            elif take_file:
                self.files += [word.unquoted] if ">" in take_file else []
                take_file = ""
            elif (match := _REDIRECTION.fullmatch(word.text)) is not None:
                take_file = "" if match[1] else word.text
                self.fed = self.fed or word.text.lstrip("0").startswith("<")
                if match[1] and ">" in word.text and not match[1].isdecimal():
                    self.files.append(unquoted(match[1]))
            elif self.current or not self._keyword(word.text):
                self._add(word)
        yield from self._ended(";")

    def _skip(self, word: Word) -> None:
        if self.skip_to == ")" and word.text == "esac":
            self._close_case()
        elif word.text == self.skip_to:
            self.skip_to = ")" if word.text == "in" else ""
            self.before = ";"

    def _close_case(self) -> None:
        self.cases -= 1
        self.depth -= 1
        self.skip_to = ""

    def _keyword(self, text: str) -> bool:
        """Take a word in the place of a command's name if it belongs to a compound command."""
        if text in _OPENING or text == "{":
            # `{ …; }` groups, but in `a || { …; }` it is not certain to run.
            self.depth += 1
        elif text in _CLOSING:
            self.depth -= 1
        elif text == "case":
            self.cases += 1
            self.depth += 1
            self.skip_to = "in"
        elif text == "esac":
            self._close_case()
        elif text in ("for", "select"):
            self.depth += 1
            self.skip_to = "do"
        elif text == "function":
            self.skip_to = "{"
            self.depth += 1
        elif text not in _CONTINUING:
            return False
        return True

    def _add(self, word: Word) -> None:
        if self.current or not _ASSIGNMENT.match(word.text):
            self.current.append(word)

    def _ended(self, operator: str) -> Iterator[Command]:
        if self.current and operator != "(":
            after = operator if operator in ("&&", "||", "|", "|&", "&") else ";"
            yield Command(tuple(self.current), self.before, after, self.depth > 0, tuple(self.files), self.fed)
        self.current = []
        self.files = []
        self.fed = False
        self.before = operator if operator in ("&&", "||", "|", "|&") else ";"
        if operator == "(":
            self.depth += 1
        elif operator == ")":
            self.depth -= 1
        elif operator == ";;":
            self.skip_to = ")"
