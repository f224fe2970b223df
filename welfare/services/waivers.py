"""The open checks of somebody in care, and saying that one is not needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from models import vault
from models.standing import is_missed, is_open
from models.tables.care import Alert, Case
from models.tables.screenings import Screening, Window
from models.vocabulary import SetAsideBy
from welfare.errors import MoveNotAllowed, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission
from welfare.policies.rules import Record
from welfare.policies.setting_aside import find_window, set_aside

MISSED_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Checks:
    """What somebody is asked and has not answered, and what they missed, the newest first.

    Whether they have begun is theirs alone.
    """

    due: tuple[Window, ...]
    missed: tuple[Window, ...]


def read_checks(session: Session, *, actor: Actor, record: Record, today: date) -> Checks:
    """Of a record that is being shown, also to who may waive nothing. One query."""
    access.require(actor, Permission.RECORD_READ, record)
    found = session.execute(
        select(Window, is_open(today))
        .where(
            Window.person_id == record.person.id,
            or_(is_open(today), is_missed(today)),
        )
        .order_by(Window.due_by.desc(), Window.id)
    ).all()
    return Checks(
        due=tuple(window for window, is_due in found if is_due),
        missed=tuple(window for window, is_due in found if not is_due)[:MISSED_SHOWN],
    )


def waive_window(session: Session, *, actor: Actor, window_id: UUID, at: datetime) -> Window:
    """Whoever cares for the person says that this check is not needed.

    A draft stays its owner's: if a critical answer lies in it, their pages go on saying so.
    Waiving twice is waiving once. Raises MoveNotAllowed for one that nobody is asked any more.
    """
    window = find_window(session, window_id)
    found = vault.locked_person_with_key(session, person_id=window.person_id)
    if found is None:
        raise RecordNotFound("no such person")
    window = find_window(session, window_id)
    record = Record(
        found[0],
        cases=tuple(_all_of(session, Case, window.person_id)),
        alerts=tuple(_all_of(session, Alert, window.person_id)),
    )
    access.require(actor, Permission.WINDOW_WAIVE, record)
    if window.set_aside is SetAsideBy.WAIVED:
        return window
    is_answered = session.scalar(select(exists().where(Screening.window_id == window.id)))
    if is_answered or window.set_aside is not None or window.closes_on < at.date():
        raise MoveNotAllowed("nobody is asked in this window")
    set_aside(session, window=window, why=SetAsideBy.WAIVED, by=actor, at=at)
    return window


def _all_of(session: Session, table: type[Case] | type[Alert], person_id: UUID) -> Sequence[Any]:
    return session.scalars(select(table).where(table.person_id == person_id)).all()
