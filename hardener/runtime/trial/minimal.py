"""Which of some things are needed, found by leaving them out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def needed(
    items: Sequence[Item],
    works: Callable[[tuple[Item, ...]], bool],
    unlikely: Sequence[Collection[Item]] = (),
    certain: Collection[Item] = (),
) -> tuple[Item, ...]:
    """Return a smallest part of `items` with which it works, given that it works with all of them.

    Leaving any one of the result out fails, as far as more never harms. Asks at most len(items) + len(unlikely) times:
    each group of `unlikely` ones is left out together first, as delta debugging does (Zeller and Hildebrandt 2002),
    then what is left one by one. The `certain` ones are never left out.
    """
    kept = tuple(items)
    for group in unlikely:
        rest = tuple(item for item in kept if item in certain or item not in group)
        if len(rest) < len(kept) and works(rest):
            kept = rest
    for item in [item for item in kept if item not in certain]:
        rest = tuple(other for other in kept if other != item)
        if works(rest):
            kept = rest
    return kept
