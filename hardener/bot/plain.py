"""Words from a repository in a commit's message: they call nobody, close nothing, skip no CI and end no paragraph."""

from __future__ import annotations

import re

from hardener.text.terminal import printable

_CALLS = re.compile(r"(?:@|#|!|\bGH-)(?=\w)|\[(?=(?:skip|no|ci|actions)\b)", re.IGNORECASE)
_SCHEME = re.compile(r"\bhttps?://", re.IGNORECASE)
_NOTHING = "\u200b"


def plain(text: str) -> str:
    """Return a text on one line in which nobody is named and no issue is meant; of an address its scheme is left out.

    GitHub looks for `@name`, `#1`, `GH-1` and `owner/repo#1` in messages too, and closes what `fixes #1` names:
    https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
    No workflow runs for a commit whose message has `[skip ci]`:
    https://docs.github.com/en/actions/managing-workflow-runs/skipping-workflow-runs
    """
    unlinked = _SCHEME.sub("", printable(text)).replace("://", f":{_NOTHING}//")
    return _CALLS.sub(lambda sign: sign[0] + _NOTHING, unlinked)
