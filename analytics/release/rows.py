"""The rows of a table: one for each group, parents first, and every total the sum of its leaves."""

from collections.abc import Callable
from dataclasses import dataclass

from analytics.release.leaves import Group


@dataclass(frozen=True, slots=True)
class Cell:
    """One row: a group, its strength by roster, and its count. A noisy one may leave 0..roster."""

    key: str
    units: tuple[str, ...]
    parent: str | None
    roster: int
    value: int
    leaves: int

    @property
    def is_leaf(self) -> bool:
        return self.leaves == 1


def rows_of(
    group: Group, *, leaf: Callable[[Group], int], parent: str | None = None
) -> tuple[Cell, ...]:
    """The group's own row, then those of its parts. `leaf` is asked once for every leaf."""
    if group.is_leaf:
        return (_row(group, parent, value=leaf(group), leaves=1),)
    parts = [rows_of(part, leaf=leaf, parent=group.key) for part in group.parts]
    own = _row(
        group,
        parent,
        value=sum(rows[0].value for rows in parts),
        leaves=sum(rows[0].leaves for rows in parts),
    )
    return (own, *(row for rows in parts for row in rows))


def _row(group: Group, parent: str | None, *, value: int, leaves: int) -> Cell:
    return Cell(
        key=group.key,
        units=group.units,
        parent=parent,
        roster=group.roster,
        value=value,
        leaves=leaves,
    )
