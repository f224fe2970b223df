"""Facts of the programme: exact counts of what the roster and the programme alone decide.

There is one: the people for whom a check was due in the period. It says nothing about anybody's
answers or care, and whoever holds the roster could work it out, so it carries no noise and spends
no budget. Groups of ten and more keep it from being a list of names. What is counted comes by
`analytics.due`, which cannot read a record; a count of answers has no way into a FactTable.
"""

from collections.abc import Mapping, Sequence
from dataclasses import InitVar, dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import final

from analytics.release.counting import Counts
from analytics.release.leaves import Group, Stand, UnitNode, places, plan
from analytics.release.rows import Cell, rows_of
from models.vocabulary import Measure

MEASURE = Measure.SCREENINGS_DUE
MARK = "due"
FLOOR = 10


class NotAProgrammeFact(TypeError):
    """Someone tried to make a FactTable by another way than counting checks that were due."""


@final
class _Maker:
    """Proof that `count_due` is at work."""


_MAKER = _Maker()


@dataclass(frozen=True, slots=True)
class FactTable:
    """Exact counts, parents before their parts; only `count_due` makes one.

    `places` says which row is shown under which unit's name; rows go by their key.
    """

    cells: tuple[Cell, ...]
    places: Mapping[str, tuple[str, Stand]]
    maker: InitVar[_Maker]
    measure: str = MEASURE
    floor: int = FLOOR
    epsilon: Fraction = Fraction(0)
    mechanism: str = "exact-programme-fact/1"

    def __post_init__(self, maker: _Maker) -> None:
        if maker is not _MAKER:
            raise NotAProgrammeFact("only checks that were due are counted exactly")


def count_due(units: Sequence[UnitNode], counts: Counts) -> FactTable:
    """Group the units, count each leaf, add up. `counts` are of people with a check due."""

    def people(leaf: Group) -> int:
        return sum(counts.marked.get(unit, 0) for unit in leaf.units)

    root = plan(units, counts.strengths, floor=FLOOR)
    cells = rows_of(root, leaf=people) if root else ()
    return FactTable(cells, MappingProxyType(places(root)), _MAKER)
