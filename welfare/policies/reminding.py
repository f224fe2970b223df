"""Writing one letter about one window, for the job, an officer or the person themselves.

Its words and its address are made when it is sent. What it carries is a link of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models.base import new_key
from models.tables.reminders import Reminder, WindowLink
from models.tables.screenings import Window
from welfare.policies.addressees import Addressee
from welfare.policies.window_links import new_link

NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # when what is not needed any more is tried again


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a letter is written: the day of the schedule, or who asked for it (None: the person)."""

    day: int | None = None
    asked_by: UUID | None = None


def write_letters(
    session: Session,
    *,
    to: Sequence[tuple[Window, Addressee, Reason]],
    at: datetime,
) -> list[Reminder]:
    """One each, with a link of its own where two facts are known. The caller writes the trail."""
    made = [(_link(window, who, at), window, why) for window, who, why in to]
    session.add_all(link for link, *_ in made if link is not None)
    session.flush()  # the letters refer to them
    letters = [_letter(link, window, why, at) for link, window, why in made]
    session.add_all(letters)
    session.flush()
    return letters


def is_written_on(session: Session, *, window: Window, day: date) -> bool:
    """Is there a letter about this window of that day already, whoever asked for it?"""
    begin = datetime.combine(day, time.min, UTC)
    found = exists().where(Reminder.window_id == window.id, Reminder.written_at >= begin)
    return bool(session.scalar(select(found)))


def close_letter(reminder: Reminder) -> None:
    """It is not sent any more."""
    reminder.lease_until, reminder.next_try_at = None, NEVER


def letter_of(session: Session, *, link: WindowLink) -> Reminder | None:
    """The letter that carried a link; None if somebody handed it over."""
    return session.scalar(select(Reminder).where(Reminder.link_id == link.id))


def _link(window: Window, who: Addressee, at: datetime) -> WindowLink | None:
    return new_link(window, made_by=None, at=at) if who.can_have_link else None


def _letter(link: WindowLink | None, window: Window, why: Reason, at: datetime) -> Reminder:
    return Reminder(
        id=new_key(),
        window_id=window.id,
        person_id=window.person_id,
        link_id=link.id if link is not None else None,
        day=why.day,
        asked_by=why.asked_by,
        written_at=at,
        next_try_at=at,
        tries=0,
    )
