"""Putting a window aside: nobody is asked in it any more, and nobody missed it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models import rescheduling, trail
from models.standing import can_be_answered
from models.tables.screenings import Screening, Window
from models.vocabulary import Act, SetAsideBy
from welfare.errors import MoveNotAllowed, RecordNotFound
from welfare.policies.actor import Actor


def find_window(session: Session, window_id: UUID) -> Window:
    """As it stands now, also after a wait for a lock. Raises RecordNotFound."""
    window = session.get(Window, window_id, populate_existing=True)
    if window is None:
        raise RecordNotFound("no such window")
    return window


def insist_on_asked(session: Session, window: Window, *, at: datetime) -> None:
    """Raises MoveNotAllowed for a window that was answered, put aside, or is not open."""
    is_answered = session.scalar(select(exists().where(Screening.window_id == window.id)))
    if is_answered or not can_be_answered(window, today=at.date()):
        raise MoveNotAllowed("nobody is asked in this window")


def set_aside(
    session: Session, *, window: Window, why: SetAsideBy, by: Actor, at: datetime
) -> None:
    """The caller holds the lock on the person's row. What is asked next is worked out anew."""
    window.set_aside, window.set_aside_on = why, at.date()
    window.set_aside_by = by.account_id
    session.flush()
    rescheduling.mark_changed(session, [window.person_id])
    trail.record(
        session,
        by=by,
        act=Act.WINDOW_SET_ASIDE,
        at=at,
        person_id=window.person_id,
        subject=window,
    )
