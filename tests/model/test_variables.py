"""What is bound at each moment, however many stages go on from there."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from hardener.model.dockerfile.variables import DEFAULT_PATH, Binding, Variables

bindings = st.lists(
    st.tuples(
        st.sampled_from("ABC"), st.builds(Binding, st.sampled_from([None, "1", "2"]), st.booleans(), st.booleans())
    ),
    max_size=3,
)


@given(st.lists(st.tuples(st.integers(min_value=0), bindings), max_size=12))
def test_every_moment_holds_what_a_mapping_of_its_own_would(
    instructions: list[tuple[int, list[tuple[str, Binding]]]],
) -> None:
    moments: list[tuple[Variables, Mapping[str, Binding]]] = [
        (Variables(), {"PATH": Binding(DEFAULT_PATH, False, True)})
    ]
    for number, made in instructions:
        before, known = moments[number % len(moments)]
        moments.append((before.after(made), {**known, **dict(made)}))
    for variables, known in moments:
        assert variables == {name: one.value for name, one in known.items() if one.value is not None}
        assert variables.fixed() == {
            name: one.value for name, one in known.items() if one.value is not None and one.fixed
        }
        assert {name: variables.binding(name) for name in known} == known
