"""The roster at period close: the contingents, their units, and who was where, no more."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

import pandas as pd
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from analytics.release.leaves import UnitNode
from models.tables.people import Membership
from models.tables.places import Unit


@dataclass(frozen=True, slots=True)
class Contingent:
    """One tree of units, root first, and its roster: the path of each person's unit."""

    unit_ids: dict[str, UUID]
    units: tuple[UnitNode, ...]
    homes: dict[UUID, str]

    @property
    def name(self) -> str:
        return self.units[0].name

    @property
    def root(self) -> UUID:
        return self.unit_ids[self.units[0].code]

    @property
    def people(self) -> list[UUID]:
        return list(self.homes)

    def marked(self, column: str, people: Set[UUID]) -> pd.DataFrame:
        """One row a person: `person`, `unit` (its path), and whether they are among these."""
        rows = [(person, path, person in people) for person, path in self.homes.items()]
        return pd.DataFrame(rows, columns=["person", "unit", column])


def digest(frame: pd.DataFrame) -> bytes:
    """Stands for a marked roster. Never stored as it is: yes and no could be found by trying."""
    running = sha256()
    for person, unit, mark in frame.itertuples(index=False):
        running.update(f"{person}|{unit}|{int(mark)}\n".encode())
    return running.digest()


def roots(session: Session) -> dict[UUID, str]:
    """The contingents by id, with their names."""
    found = select(Unit.id, Unit.name).where(Unit.parent_id.is_(None)).order_by(Unit.path)
    return {unit_id: name for unit_id, name in session.execute(found)}


def contingents(session: Session, *, on: date) -> list[Contingent]:
    """Every contingent as it stood on this day."""
    units = session.scalars(select(Unit).order_by(Unit.path)).all()
    homes = _homes(session, on=on)
    return [_contingent(unit, units, homes) for unit in units if unit.parent_id is None]


def _homes(session: Session, *, on: date) -> dict[UUID, str]:
    """The path of each person's unit on that day; of two at once, the one that began later."""
    rows = session.execute(
        select(Membership.person_id, Unit.path)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.from_day <= on, _not_over(on))
        .order_by(Membership.from_day, Membership.id)
    )
    return {person: path for person, path in rows}


def _not_over(on: date) -> ColumnElement[bool]:
    return or_(Membership.until_day.is_(None), Membership.until_day >= on)


def _contingent(root: Unit, units: Sequence[Unit], homes: dict[UUID, str]) -> Contingent:
    tree = [unit for unit in units if unit.path.startswith(root.path)]
    paths = {unit.id: unit.path for unit in tree}
    return Contingent(
        unit_ids={path: unit_id for unit_id, path in paths.items()},
        units=tuple(
            UnitNode(unit.path, paths[unit.parent_id] if unit.parent_id else None, unit.name)
            for unit in tree
        ),
        homes=dict(sorted(pair for pair in homes.items() if pair[1].startswith(root.path))),
    )
