"""The one type that may leave: counts that have been through the mechanism.

A SafeTable needs the maker's mark, and the mark is handed out once, to `mechanism`. The type
checker refuses a call without a mark; a running program refuses a mark that is not the real one.
"""

from collections.abc import Mapping
from dataclasses import InitVar, dataclass
from fractions import Fraction
from typing import NoReturn, final

from analytics.release.leaves import Stand
from analytics.release.rows import Cell


class NotFromTheMechanism(TypeError):
    """Someone other than the mechanism tried to make a SafeTable."""


@final
class MakersMark:
    """Proof that the mechanism is at work. There is one."""

    __slots__ = ()


_MARK = MakersMark()
_handed_out: list[MakersMark] = []


def hand_out_mark() -> MakersMark:
    """Give the mark to the first who asks, which is `mechanism` as it is imported."""
    if _handed_out:
        raise NotFromTheMechanism("the maker's mark has been given to the mechanism")
    _handed_out.append(_MARK)
    return _MARK


@dataclass(frozen=True, slots=True)
class SafeTable:
    """Noisy counts, parents before their parts; only `mechanism.make_safe` makes one.

    `places` says which row is shown under which unit's name; rows go by their key.
    """

    measure: str
    cells: tuple[Cell, ...]
    places: Mapping[str, tuple[str, Stand]]
    floor: int
    epsilon: Fraction
    mechanism: str
    bound: int | None
    mark: InitVar[MakersMark]

    def __post_init__(self, mark: MakersMark) -> None:
        if mark is not _MARK:
            raise NotFromTheMechanism("only the release mechanism makes a SafeTable")

    def __reduce__(self) -> NoReturn:
        raise NotFromTheMechanism("a SafeTable is not packed: publish it or drop it")
