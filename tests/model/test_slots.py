from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardener.model.dockerfile.slots import Fill, Slot, lower, obstacle
from hardener.text.dockeredit import check, render
from hardener.text.edits import splice
from hardener.text.instructions import parse
from tests.model.dockerfiles import dockerfile

FILLS = (
    Fill(0, Slot.USER, ("1:1",)),
    Fill(0, Slot.SETUID, ("strip",)),
    Fill(0, Slot.DIRECTORIES, ("give",)),
    Fill(0, Slot.ACCOUNT, ("group", "user")),
)


def filled(text: str, fills: tuple[Fill, ...] = FILLS) -> str:
    document = dockerfile(text)
    changes = lower(document, fills)
    new = splice(text, render(document.tree, changes))
    assert check(document.tree, changes, parse(new)) is None
    return new


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("FROM a", "FROM a\nRUN group \\\n    && user \\\n    && give \\\n    && strip\nUSER 1:1"),
        (
            'FROM a\nARG X\nENV Y=1\nLABEL z=2\nCOPY . .\nEXPOSE 80\nHEALTHCHECK CMD true\nCMD ["x"]\n',
            (
                "FROM a\nARG X\nENV Y=1\nLABEL z=2\nRUN group \\\n    && user\nCOPY . .\nEXPOSE 80\n"
                'RUN give \\\n    && strip\nUSER 1:1\nHEALTHCHECK CMD true\nCMD ["x"]\n'
            ),
        ),
        (
            "FROM a\nCMD x\nRUN y\n",
            "FROM a\nRUN group \\\n    && user\nCMD x\nRUN y\nRUN give \\\n    && strip\nUSER 1:1\n",
        ),
        (
            "FROM a\nUSER web\nRUN x\nUSER root\nVOLUME /data\nENTRYPOINT y\n",
            (
                "FROM a\nRUN group \\\n    && user\nUSER web\nRUN x\nUSER root\nRUN give\nVOLUME /data\n"
                "RUN strip\nUSER 1:1\nENTRYPOINT y\n"
            ),
        ),
        (
            "FROM a\nRUN x\n\n# next\nFROM b\nRUN y\n",
            "FROM a\nRUN group \\\n    && user\nRUN x\nRUN give \\\n    && strip\nUSER 1:1\n\n# next\nFROM b\nRUN y\n",
        ),
    ],
)
def test_places(before: str, after: str) -> None:
    assert filled(before) == after


def test_equal_fills_are_written_once() -> None:
    assert filled("FROM a\nRUN x\n", (*FILLS[:1], *FILLS[:1])) == "FROM a\nRUN x\nUSER 1:1\n"


def test_two_stages() -> None:
    fills = (Fill(1, Slot.USER, ("2:2",)), Fill(0, Slot.USER, ("1:1",)))
    assert filled("FROM a\nFROM b\n", fills) == "FROM a\nUSER 1:1\nFROM b\nUSER 2:2\n"


@pytest.mark.parametrize(
    ("text", "slot", "phrase"),
    [
        ("FROM a\nUSER web\nRUN x\n", Slot.DIRECTORIES, ""),
        (
            "FROM gcr.io/distroless/static-debian12:nonroot\nCOPY a b\n",
            Slot.DIRECTORIES,
            "no part of the stage runs as root",
        ),
        ("FROM a\nUSER web\nRUN x\n", Slot.ACCOUNT, ""),
        ("FROM a\nUSER web\nRUN x\n", Slot.USER, ""),
        (
            "FROM gcr.io/distroless/static-debian12:nonroot\nCOPY a b\n",
            Slot.ACCOUNT,
            "no part of the stage runs as root",
        ),
        ("FROM gcr.io/distroless/static-debian12:nonroot\nUSER 0\nCOPY a b\n", Slot.ACCOUNT, ""),
        ("FROM a\nCMD x \\\n", Slot.USER, "line 2 ends with a continuation"),
    ],
)
def test_obstacles(text: str, slot: Slot, phrase: str) -> None:
    found = obstacle(dockerfile(text).stages[0], slot)
    assert phrase in found
    assert bool(phrase) == bool(found)


INSTRUCTIONS = st.lists(
    st.sampled_from(
        [
            "RUN x",
            "COPY a b",
            "ENV A=1",
            "USER root",
            "CMD y",
            "HEALTHCHECK CMD z",
            "EXPOSE 80",
            "# word",
            "",
            "LABEL a=b",
        ]
    ),
    max_size=12,
)


@given(INSTRUCTIONS)
def test_the_order_of_the_slots_holds(lines: list[str]) -> None:
    new = parse(filled("\n".join(["FROM a", *lines]))).instructions
    at = {found.value.split()[0]: found.index for found in new if found.value[:4] in ("1:1", "grou", "give")}
    runs = [found.index for found in new if found.keyword in ("RUN", "COPY", "ADD")]
    between = new[at.get("give", at["group"]) + 1 : at["1:1"]]
    assert all(found.keyword not in ("RUN", "COPY", "ADD") for found in between if found.value != "strip")
    assert at["group"] == runs[0], "the account is made before anything else runs"
    assert at["1:1"] > runs[-1]
    late = [found.index for found in new if found.keyword in ("CMD", "HEALTHCHECK") and found.index > runs[-1]]
    assert all(at["1:1"] < index for index in late)
