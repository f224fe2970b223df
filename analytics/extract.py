"""The door in: a roster at period close, and who on it had a positive screen in the period.

Sealed payloads are opened a thousand at a time and only their one yes or no is kept. Nothing else
about a person comes through this door: no name, no score, no answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

import pandas as pd
from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from analytics.release.leaves import UnitNode
from models import vault
from models.instruments.payload import Payload, unpack
from models.tables.paper import EnteredInError
from models.tables.people import Membership
from models.tables.places import Unit
from models.tables.screenings import Screening

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Contingent:
    """One tree of units, root first, with its roster: `person`, `unit` and `positive` in each row.

    Units go by their path. `digest` stands for all of the input; it is never stored as it is.
    """

    unit_ids: dict[str, UUID]
    units: tuple[UnitNode, ...]
    roster: pd.DataFrame

    @property
    def name(self) -> str:
        return self.units[0].name

    @property
    def root(self) -> UUID:
        return self.unit_ids[self.units[0].code]

    @property
    def people(self) -> list[UUID]:
        return self.roster["person"].tolist()

    @property
    def digest(self) -> bytes:
        running = sha256()
        for person, unit, positive in self.roster.itertuples(index=False):
            running.update(f"{person}|{unit}|{int(positive)}\n".encode())
        return running.digest()


def roots(session: Session) -> dict[UUID, str]:
    """The contingents by id, with their names."""
    found = select(Unit.id, Unit.name).where(Unit.parent_id.is_(None)).order_by(Unit.path)
    return {unit_id: name for unit_id, name in session.execute(found)}


def freeze(session: Session, *, first: date, last: date) -> list[Contingent]:
    """Every contingent as it stood on the last day, with the screenings of the period."""
    units = session.scalars(select(Unit).order_by(Unit.path)).all()
    homes = _homes(session, on=last)
    positive = _with_positive_screen(session, first=first, last=last, among=homes)
    tops = [unit for unit in units if unit.parent_id is None]
    return [_contingent(top, units, homes, positive) for top in tops]


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


def _with_positive_screen(
    session: Session, *, first: date, last: date, among: dict[UUID, str]
) -> set[UUID]:
    found: set[UUID] = set()
    for batch in _screenings(session, first=first, last=last):
        rows = [row for row in batch if row.person_id in among]
        opened = vault.opened_all(session, rows=rows, column="payload")
        found.update(
            row.person_id
            for row, content in zip(rows, opened, strict=True)
            if content is not None and _counts(unpack(content))
        )
    return found


def _counts(payload: Payload) -> bool:
    """A part that was sent before the rest is no screening: the whole counts, if it comes."""
    return payload.part_of is None and payload.is_positive


def _screenings(session: Session, *, first: date, last: date) -> Iterator[Sequence[Screening]]:
    """What was entered in error is not what anybody answered."""
    struck = exists().where(EnteredInError.screening_id == Screening.id)
    within = select(Screening).where(Screening.day.between(first, last), ~struck)
    within = within.order_by(Screening.id)
    return session.scalars(within.execution_options(yield_per=BATCH)).partitions(BATCH)


def _contingent(
    root: Unit, units: Sequence[Unit], homes: dict[UUID, str], positive: set[UUID]
) -> Contingent:
    tree = [unit for unit in units if unit.path.startswith(root.path)]
    paths = {unit.id: unit.path for unit in tree}
    roster = sorted(pair for pair in homes.items() if pair[1].startswith(root.path))
    return Contingent(
        unit_ids={path: unit_id for unit_id, path in paths.items()},
        units=tuple(
            UnitNode(unit.path, paths[unit.parent_id] if unit.parent_id else None, unit.name)
            for unit in tree
        ),
        roster=pd.DataFrame(
            [(person, path, person in positive) for person, path in roster],
            columns=["person", "unit", "positive"],
        ),
    )
