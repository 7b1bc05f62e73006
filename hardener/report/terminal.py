"""The report for people: lines that stay the same and can be searched, with colour where a terminal is written to.

    compose.yaml:4:3: compose-drop-capabilities service web: keeps Docker's default capabilities
        fix: drop all capabilities
    compose.yaml:9:3: compose-user service db: runs as root
        held: …
    compose-drop-capabilities: caveat (3 fixes): …

The first line of each is `path:line:column: rule subject: message`; what is indented belongs to it. A caveat stands
with its finding or, where several share it, once after all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from hardener.engine import Outcome, Result, State
from hardener.report.lines import Line, caveat_line, diff_line, finding_lines, notice_line, summary_line
from hardener.text.terminal import printable

INDENT = 4


def findings(result: Result, *, written: bool, verbose: bool) -> Iterator[Line]:
    """Yield every finding; suppressed ones only where `verbose`."""
    shown = [outcome for outcome in result.outcomes if verbose or outcome.state is not State.SUPPRESSED]
    return _with_caveats(shown, result, written=written, verbose=verbose)


def beside_diff(result: Result, *, verbose: bool) -> Iterator[Line]:
    """Yield what a diff does not show: what is left out and why, and what may break by what is in it."""
    common = caveats_of(result)
    shown = [outcome for outcome in result.outcomes if verbose or _says_more_than_diff(outcome, common)]
    return _with_caveats(shown, result, written=False, verbose=verbose)


def closing(result: Result, *, written: bool, quiet: bool) -> Iterator[Line]:
    """Yield what there is to say of whole files, the errors and the summary; the errors and the summary if `quiet`."""
    for notice in () if quiet else result.skipped:
        yield notice_line("note", notice)
    yield from errors(result)
    yield summary_line(result, written=written)


def errors(result: Result) -> Iterator[Line]:
    """Yield what went wrong with whole files."""
    return (notice_line("error", notice) for notice in result.errors)


def diff(text: str) -> Iterator[Line]:
    r"""Yield a diff's lines for reading, without the `\r` of a file with CRLF endings."""
    for content in text.removesuffix("\n").split("\n"):
        yield diff_line(content.removesuffix("\r"))


def render(lines: Iterable[Line], *, width: int | None, color: bool = True) -> str:
    """Return the lines as text for a terminal of this width, in colour or without; plain where it is None.

    Whatever the words hold, the text moves no cursor and changes no colour of its own.
    """
    if width is not None:
        from hardener.report.colour import laid_out  # noqa: PLC0415 - rich takes longer to load than a run

        return laid_out(lines, width, INDENT, color=color)
    return "".join(" " * (INDENT * item.detail) + _plain(item) + "\n" for item in lines)


def _plain(item: Line) -> str:
    texts = [printable(text) for _, text in item.words]
    if not item.columns:
        return "".join(texts)
    return "  ".join(text.ljust(width) for text, width in zip(texts, item.columns, strict=True)).rstrip()


def _with_caveats(shown: Iterable[Outcome], result: Result, *, written: bool, verbose: bool) -> Iterator[Line]:
    caveats = caveats_of(result)
    for outcome in shown:
        own = caveats[_caveat(outcome)] == 1
        yield from finding_lines(outcome, written=written, caveat=own, verbose=verbose)
    for (rule, caveat), times in caveats.items():
        if times > 1:
            yield caveat_line(rule, caveat, times)


def caveats_of(result: Result) -> Counter[tuple[str, str]]:
    """Return how many fixes, made or possible, have each rule's caveat."""
    return Counter(
        _caveat(outcome)
        for outcome in result.outcomes
        if outcome.finding.caveat and outcome.state in {State.FIXED, State.UNSAFE}
    )


def _caveat(outcome: Outcome) -> tuple[str, str]:
    return outcome.finding.rule, outcome.finding.caveat or ""


def _says_more_than_diff(outcome: Outcome, caveats: Counter[tuple[str, str]]) -> bool:
    if outcome.state is State.FIXED:
        return bool(outcome.finding.reason) or caveats[_caveat(outcome)] == 1
    return outcome.state is not State.SUPPRESSED
