import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardener.text.edits import Edit, OverlappingEditsError, splice


@st.composite
def text_and_edits(draw):
    text = draw(st.text(alphabet="ab\n\r\u2028é😀", max_size=30))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    spans = zip(cuts[::2], cuts[1::2], strict=False)
    return text, [Edit(start, end, draw(st.text(alphabet="xy\n", max_size=4))) for start, end in spans]


@given(text_and_edits())
def test_splice_gives_what_applying_from_the_back_gives(case):
    text, edits = case
    expected = text
    for edit in reversed(edits):
        expected = expected[: edit.start] + edit.new + expected[edit.end :]
    assert splice(text, edits) == expected


@given(text_and_edits(), st.randoms())
def test_the_order_of_edits_at_different_places_is_of_no_account(case, random):
    text, edits = case
    apart = [edit for n, edit in enumerate(edits) if n == 0 or edits[n - 1].end < edit.start]
    shuffled = random.sample(apart, len(apart))
    assert splice(text, shuffled) == splice(text, apart)


def test_insertions_at_one_place_keep_their_order():
    assert splice("ab", [Edit(1, 1, "2"), Edit(1, 1, "1")]) == "a21b"


def test_an_insertion_stands_before_the_replacement_that_starts_there():
    assert splice("abc", [Edit(1, 2, "B"), Edit(1, 1, "+")]) == "a+Bc"


def test_an_insertion_may_touch_the_end_of_a_replacement():
    assert splice("abc", [Edit(2, 2, "+"), Edit(1, 2, "B")]) == "aB+c"


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(0, 2, ""), Edit(1, 3, "")],
        [Edit(0, 3, ""), Edit(1, 1, "x")],
        [Edit(0, 1, "x"), Edit(0, 1, "y")],
        [Edit(2, 1, "")],
        [Edit(-1, 0, "")],
        [Edit(3, 4, "")],
        [Edit(4, 4, "")],
    ],
)
def test_edits_that_do_not_fit_are_refused(edits):
    with pytest.raises(OverlappingEditsError):
        splice("abc", edits)
