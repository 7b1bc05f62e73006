from hypothesis import given
from hypothesis import strategies as st

from hardener.runtime.trial.minimal import needed

ITEMS = tuple("abcdefghijklmn")


@given(st.sets(st.sampled_from(ITEMS)), st.lists(st.sets(st.sampled_from(ITEMS)), max_size=3))
def test_exactly_what_is_needed_stays(wanted, unlikely):
    asked = []

    def works(some):
        asked.append(some)
        return wanted <= set(some)

    assert set(needed(ITEMS, works, unlikely)) == wanted
    assert len(asked) <= len(ITEMS) + len(unlikely)


def test_a_group_that_is_not_needed_is_left_out_at_once():
    asked = []

    def works(some):
        asked.append("".join(some))
        return "b" in some

    assert needed("abcdef", works, ["ac", "def"]) == ("b",)
    assert asked == ["bdef", "b", ""]


@given(st.lists(st.sets(st.sampled_from(ITEMS), min_size=1), min_size=1, max_size=4))
def test_leaving_out_any_one_fails_where_there_are_several_ways(ways):
    def works(some):
        return any(way <= set(some) for way in ways)

    found = needed(ITEMS, works)
    assert works(found)
    assert not any(works([item for item in found if item != out]) for out in found)


@given(st.sets(st.sampled_from(ITEMS)), st.sets(st.sampled_from(ITEMS)))
def test_what_is_certain_is_never_left_out(wanted, certain):
    def works(some):
        assert certain <= set(some)
        return wanted <= set(some)

    assert set(needed(ITEMS, works, [ITEMS[7:]], certain)) == wanted | certain
