"""Changes to a file of exceptions: what is meant happens, and all else stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardener.policy.exceptions.editing import EMPTY, EditError, added, empty, removed, renewed
from hardener.policy.exceptions.reading import ExceptionsFile, understood
from hardener.policy.exceptions.records import next_name, record
from hardener.text.source import Source
from tests.properties.profile import ordinary

SAID = {
    "capability": "IPC_LOCK",
    "service": "vault",
    "reason": "mlock() keeps the keys out of swap",
    "scope": "vault: alone",
    "alternatives": "none # really",
    "owner": "platform team",
    "adr": "docs/adr/0001-vault.md",
    "created": "2026-01-15",
    "expires": "2026-07-15",
    "monitoring": "Vault's log",
}
ENTRY = """\
  - rule: compose-user   # why not
    file: "*.yaml"
    reason: 'because'
    created: 2025-08-31
    # deeper
    expires: "2026-02-28"
"""


def file_of(text: str) -> ExceptionsFile:
    return understood(Source.from_text(".harden/exceptions.yaml", text))


def test_the_first_one_goes_into_a_file_with_a_header() -> None:
    file = empty(Path("/x/.harden/exceptions.yaml"))
    text = added(file, SAID)
    assert text.startswith(EMPTY + "exceptions:\n  - capability: IPC_LOCK\n    service: vault\n")
    assert '    expires: "2026-07-15"\n' in text
    again = file_of(text)
    assert removed(again, again.entries[0]) == EMPTY


FILES = st.builds(
    lambda head, entries, tail, newline: (head + "".join(entries) + tail).replace("\n", newline),
    st.sampled_from(["version: 1\nexceptions:\n", "# one\n\nversion: 1\n# two\nexceptions:  # three\n  # four\n"]),
    st.lists(st.sampled_from([ENTRY, ENTRY + "\n", ENTRY + "  # between\n"]), min_size=1, max_size=3),
    st.sampled_from(["", "\n", "# the end\n", "\n# the end"]),
    st.sampled_from(["\n", "\r\n"]),
)
WITHOUT = st.sampled_from(["version: 1\n", "version: 1", "# only this\nversion: 1  # one\n\n# end\n"])
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.just(" "), min_size=1).map(
    lambda text: " ".join(text.split())
).filter(lambda text: text and text.isprintable())  # fmt: skip


@ordinary
@given(text=FILES | WITHOUT, reason=TEXT, owner=TEXT)
def test_adding_and_removing_gives_the_bytes_back(text: str, reason: str, owner: str) -> None:
    file = file_of(text)
    more = file_of(added(file, {**SAID, "reason": reason, "owner": owner}))
    assert [entry.what for entry in more.entries] == [*(e.what for e in file.entries), "IPC_LOCK, service vault"]
    assert (more.entries[-1].reason, more.entries[-1].owner) == (reason, owner)
    assert removed(more, more.entries[-1]) == text


@ordinary
@given(text=FILES, reason=TEXT, number=st.integers(0, 2))
def test_renewing_changes_three_values_and_keeps_the_old_reason(text: str, reason: str, number: int) -> None:
    file = file_of(text)
    entry = file.entries[number % len(file.entries)]
    new = file_of(renewed(file, entry, reason, date(2026, 3, 1), date(2026, 9, 1)))
    now = new.entries[entry.position]
    assert (now.reason, now.created, now.expires) == (reason, date(2026, 3, 1), date(2026, 9, 1))
    assert now.renewals == ("2025-08-31 to 2026-02-28: because",)
    others = [replace(e, start=0, end=0, line=0) for e in file.entries if e.position != entry.position]
    assert others == [replace(e, start=0, end=0, line=0) for e in new.entries if e.position != entry.position]
    assert new.source.text.count("#") - file.source.text.count("#") == reason.count("#")


def test_what_an_alias_shares_is_left_alone() -> None:
    file = file_of("version: 1\nexceptions:\n- &a\n  rule: compose-user\n  reason: because\n- *a\n")
    with pytest.raises(EditError, match="alias"):
        renewed(file, file.entries[1], "new", date(2026, 3, 1), date(2026, 9, 1))
    with pytest.raises(EditError, match="used elsewhere"):
        removed(file, file.entries[0])


@pytest.mark.parametrize(
    ("there", "name"),
    [
        ([], "0001-ipc-lock-service-vault.md"),
        (["README.md", "0009-a.md", "0002-b.md"], "0010-ipc-lock-service-vault.md"),
        (["7-a.md"], "8-ipc-lock-service-vault.md"),
        (["099_a.md", "adr-500.md"], "100-ipc-lock-service-vault.md"),
    ],
)
def test_a_record_is_numbered_after_the_highest(tmp_path: Path, there: list[str], name: str) -> None:
    for each in there:
        (tmp_path / each).write_text("")
    assert next_name(tmp_path, "IPC_LOCK, service vault") == name
    assert next_name(tmp_path / "missing", "IPC_LOCK, service vault").startswith("0001-")


def test_a_record_says_all_of_it() -> None:
    text = record("0007-x.md", SAID, "service vault")
    assert text.startswith("# 7. Accept the capability IPC_LOCK: service vault\n")
    told = [SAID[key] for key in ("reason", "scope", "alternatives", "owner", "created", "expires", "monitoring")]
    assert all(each in text for each in told)
    assert "$" not in text
