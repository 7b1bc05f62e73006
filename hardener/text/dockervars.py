"""
Quotes, escapes and variables as a Dockerfile's words have them, outside of what a shell reads.

Source: "Environment replacement" and "Here-Documents" in Docker's Dockerfile reference; BuildKit where it is silent.
"""

from __future__ import annotations

from collections.abc import Mapping

SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""What BuildKit takes for white space (Unicode's White_Space); `str.isspace` has four control characters more."""

_DEEPEST = 50
_SPECIAL_PARAMETERS = "@*#?-$!"


class WordSyntaxError(ValueError):
    """A quote or a `${` is not closed, a substitution is not understood, or a variable has no value."""


def expand(text: str, variables: Mapping[str, str], escape: str = "\\") -> str | None:
    """
    Return `text` without its quotes and escapes and with the values of its variables.

    None where that cannot be told: a variable that is not in `variables` and has no default, a pattern (`${X#p}`,
    `${X%p}`, `${X/p/r}`), or broken syntax.
    """
    if not ("$" in text or "'" in text or '"' in text or escape in text):
        return text
    try:
        return WordLexer(text, variables, escape=escape).read()[0]
    except WordSyntaxError:
        return None


class _WordList:
    """Words as they grow; white space ends one unless it was quoted or escaped."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._word: list[str] = []

    def add(self, text: str, *, literal: bool) -> None:
        if literal:
            self._word.append(text)
            return
        for char in text:
            if char not in SPACE:
                self._word.append(char)
            else:
                self._close()

    def close(self) -> list[str]:
        self._close()
        return self._words

    def _close(self) -> None:
        if word := "".join(self._word):
            self._words.append(word)
            self._word = []


class WordLexer:
    """Reads one text once. With None for `variables` every variable stays as it is written."""

    def __init__(
        self,
        text: str,
        variables: Mapping[str, str] | None,
        *,
        escape: str = "\\",
        keep_quotes: bool = False,
        keep_escapes: bool = False,
    ) -> None:
        self._text = text
        self._variables = variables
        self._escape = escape
        self._keep_quotes = keep_quotes
        self._keep_escapes = keep_escapes
        self._at = 0
        self._depth = 0

    def read(self) -> tuple[str, list[str]]:
        """Return the whole text after replacement, and its words. Raises WordSyntaxError."""
        return self._read_until("", keep_escapes=self._keep_escapes)

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _next(self) -> str:
        char = self._peek()
        self._at += 1
        return char

    def _read_until(self, stop: str, *, keep_escapes: bool) -> tuple[str, list[str]]:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise WordSyntaxError("substitutions are nested too deeply")
        outer, self._keep_escapes = self._keep_escapes, keep_escapes
        result: list[str] = []
        words = _WordList()
        while char := self._peek():
            if char == stop:
                break
            piece, literal = self._piece(char)
            result.append(piece)
            words.add(piece, literal=literal)
        if self._next() != stop:
            raise WordSyntaxError(f"no {stop} closes it")
        self._keep_escapes = outer
        self._depth -= 1
        return "".join(result), words.close()

    def _piece(self, char: str) -> tuple[str, bool]:
        if char == "$":
            return self._variable(), False
        if char == "'":
            return self._single_quoted(), True
        if char == '"':
            return self._double_quoted(), True
        if char == "<":
            return self._less_than(), True
        self._at += 1
        if char != self._escape:
            return char, False
        return (char if self._keep_escapes else "") + self._next(), True

    def _less_than(self) -> str:
        """Return `<`, or `<<` with the blanks after it: they do not part a heredoc from its name."""
        start = self._at
        self._at += 1
        if self._peek() == "<":
            self._at += 1
            while self._peek() in ("\t", "\r", " "):
                self._at += 1
        return self._text[start : self._at]

    def _single_quoted(self) -> str:
        end = self._text.find("'", self._at + 1)
        if end < 0:
            raise WordSyntaxError("no ' closes the quotation")
        quoted = self._text[self._at : end + 1]
        self._at = end + 1
        return quoted if self._keep_quotes else quoted[1:-1]

    def _double_quoted(self) -> str:
        quote = self._next() if self._keep_quotes else self._next()[1:]
        result = [quote]
        while (char := self._peek()) != '"':
            if not char:
                raise WordSyntaxError('no " closes the quotation')
            result.append(self._variable() if char == "$" else self._double_quoted_character())
        self._at += 1
        return "".join([*result, quote])

    def _double_quoted_character(self) -> str:
        char = self._next()
        if char != self._escape:
            return char
        kept = char if self._keep_escapes else ""
        following = self._peek()
        if not following:
            return kept
        if following in ('"', "$", self._escape):
            return kept + self._next()
        return kept + char

    def _variable(self) -> str:
        self._at += 1
        if self._peek() != "{":
            name = self._name()
            return self._value(name, f"${name}") if name else "$"
        self._at += 1
        if self._peek() in ("", "{", "}", ":"):
            raise WordSyntaxError("bad substitution")
        return self._braced(self._name())

    def _braced(self, name: str) -> str:
        operator = self._next()
        if operator == "}":
            return self._value(name, f"${{{name}}}")
        if operator == ":":
            operator += self._next()
        if operator == "/":
            pattern = self._read_until("/", keep_escapes=True)[0]
            replacement = self._read_until("}", keep_escapes=True)[0]
            return self._kept(f"${{{name}/{pattern}/{replacement}}}")
        if operator in ("#", "%"):
            pattern = self._read_until("}", keep_escapes=True)[0]
            return self._kept(f"${{{name}{operator}{pattern}}}")
        if operator not in ("-", "+", "?", ":-", ":+", ":?"):
            raise WordSyntaxError(f"{operator} is no modifier of a substitution")
        word = self._read_until("}", keep_escapes=False)[0]
        if self._variables is None:
            return f"${{{name}{operator}{word}}}"
        return self._substitute(self._variables.get(name), operator, word)

    def _kept(self, written: str) -> str:
        if self._variables is None:
            return written
        raise WordSyntaxError(f"{written} is not evaluated")

    @staticmethod
    def _substitute(value: str | None, operator: str, word: str) -> str:
        if operator.startswith(":") and not value:
            value = None
        if operator.endswith("+"):
            return "" if value is None else word
        if value is not None:
            return value
        if operator.endswith("?"):
            raise WordSyntaxError(word or "a variable is not set")
        return word

    def _value(self, name: str, written: str) -> str:
        if self._variables is None:
            return written
        if name not in self._variables:
            raise WordSyntaxError(f"{name} is not known")
        return self._variables[name]

    def _name(self) -> str:
        """Read a variable's name: a number, one special parameter, or letters, digits and underscores."""
        start = self._at
        if self._peek().isdecimal():
            while self._peek().isdecimal():
                self._at += 1
        elif self._peek() and self._peek() in _SPECIAL_PARAMETERS:
            self._at += 1
        else:
            while (char := self._peek()).isalpha() or char.isdecimal() or char == "_":
                self._at += 1
        return self._text[start : self._at]
