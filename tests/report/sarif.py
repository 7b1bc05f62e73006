"""A reader of SARIF's fixes: what files hold once every fix of a log is applied, done as the standard says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from itertools import pairwise
from typing import Any
from urllib.parse import unquote_to_bytes

BOM = b"\xef\xbb\xbf"


def after_fixes(log: Mapping[str, Any], files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files with all fixes applied. Fails where two fixes change one file, or two places overlap."""
    after = dict(files)
    for result in log["runs"][0]["results"]:
        for fix in result.get("fixes", []):
            for change in fix["artifactChanges"]:
                name = os.fsdecode(unquote_to_bytes(change["artifactLocation"]["uri"]))
                assert after[name] is files[name], f"{name} is changed by two fixes"
                after[name] = _replaced(files[name], change["replacements"])
    return after


def _replaced(raw: bytes, replacements: list[dict[str, Any]]) -> bytes:
    """Places are in the unmodified text, without its byte order mark (3.30.2), in UTF-16 code units (3.14.27)."""
    mark, text = (BOM, raw[3:]) if raw.startswith(BOM) else (b"", raw)
    units = text.decode().encode("utf-16-le")
    starts = [0]
    for line in text.decode().split("\n"):
        starts.append(starts[-1] + len(line.encode("utf-16-le")) + 2)
    places = []
    for replacement in replacements:
        region = replacement["deletedRegion"]
        start = starts[region["startLine"] - 1] + 2 * (region["startColumn"] - 1)
        end = starts[region["endLine"] - 1] + 2 * (region["endColumn"] - 1)
        assert 0 <= start <= end <= len(units)
        places.append((start, end, replacement["insertedContent"]["text"].encode("utf-16-le")))
    assert all(before[1] < after[0] for before, after in pairwise(places)), "touching: which goes first?"
    for start, end, new in reversed(places):
        units = units[:start] + new + units[end:]
    return mark + units.decode("utf-16-le").encode()
