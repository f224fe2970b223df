"""The clinician's home: the own caseload, what is most urgent first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import overload
from uuid import UUID

from sqlalchemy.orm import Session

from models import trail
from models.vocabulary import Act
from welfare.policies.actor import Actor
from welfare.policies.caseload import read_caseload
from welfare.policies.work_order import EVERYBODY, Row, Urgency, Wanted, in_order, step

__all__ = ["Urgency", "WorkList", "find_next", "read_work_list"]


@dataclass(frozen=True, slots=True)
class WorkList(Sequence[Row]):
    """The rows that are shown, and the whole caseload behind them, to be counted."""

    rows: Sequence[Row] = ()
    everybody: Sequence[Row] = ()

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...

    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        return self.rows[place]

    def __len__(self) -> int:
        return len(self.rows)


def read_work_list(
    session: Session, *, actor: Actor, today: date, at: datetime, sought: Wanted = EVERYBODY
) -> WorkList:
    """Everybody in the own caseload: open cases, and open alerts owned or covered. Showing each
    name is recorded."""
    everybody = read_caseload(session, actor=actor, today=today, at=at)
    rows = in_order(everybody, sought)
    person_ids = [row.person_id for row in rows]
    trail.record_read(session, by=actor, act=Act.LIST_READ, at=at, person_ids=person_ids)
    return WorkList(rows, everybody)


def find_next(
    session: Session,
    *,
    actor: Actor,
    person_id: UUID,
    stood_at: int,
    today: date,
    at: datetime,
    sought: Wanted = EVERYBODY,
) -> tuple[UUID, int] | None:
    """Who follows on the same list, and at which place; None after the last. Shows nobody."""
    rows = in_order(read_caseload(session, actor=actor, today=today, at=at), sought)
    following = step(rows, place=stood_at, person_id=person_id)
    return None if following is None else (rows[following].person_id, following)
