"""Who was asked and has not answered, by name. Never what anybody said.

A check that was answered, declined or waived is on no list, and whether somebody has begun is not
looked at here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from models import vault
from models.standing import is_open
from models.tables.people import Identity, Membership, Person, PersonKey
from models.tables.reminders import Reminder
from models.tables.screenings import Screening, Window
from welfare.policies import letter_box
from welfare.policies.actor import Actor
from welfare.policies.asked_people import (
    Choice,
    Found,
    choose,
    identity_of,
    note_shown,
    page_of,
    people_asked,
)

AHEAD = timedelta(days=30)


class Section(StrEnum):
    OVERDUE = "overdue"
    DUE = "due"
    COMING = "coming"


class Reminded(StrEnum):
    """What is known of the newest letter about a check. That it was opened is not that anything
    was answered."""

    NO_ADDRESS = "no_address"
    NOT_YET = "not_yet"
    WAITING = "waiting"
    SENT = "sent"
    OPENED = "opened"
    BOUNCED = "bounced"


@dataclass(frozen=True, slots=True)
class Asked:
    """One check that somebody has not answered. `has_address`: a letter can reach them."""

    window: Window
    name: str
    unit: str
    reminded: Reminded
    has_address: bool


@dataclass(frozen=True, slots=True)
class AskedPage:
    section: Section
    counts: Mapping[Section, int]
    rows: tuple[Asked, ...]
    number: int
    has_more: bool
    choice: Choice


def _is_overdue(today: date) -> ColumnElement[bool]:
    return and_(is_open(today), Window.due_by < today)


def _is_due(today: date) -> ColumnElement[bool]:
    return and_(is_open(today), Window.due_by >= today)


def _is_coming(today: date) -> ColumnElement[bool]:
    return and_(
        Window.opens_on > today,
        Window.opens_on <= today + AHEAD,
        Window.closes_on >= Window.opens_on,
        Window.set_aside.is_(None),
        ~exists().where(Screening.window_id == Window.id),
    )


def _is_here(today: date) -> ColumnElement[bool]:
    """On a roster today: nobody asks somebody who has left."""
    return exists().where(
        Membership.person_id == Person.id,
        Membership.from_day <= today,
        or_(Membership.until_day.is_(None), Membership.until_day >= today),
    )


IN_SECTION: Mapping[Section, Callable[[date], ColumnElement[bool]]] = {
    Section.OVERDUE: _is_overdue,
    Section.DUE: _is_due,
    Section.COMING: _is_coming,
}


def read_completion(
    session: Session,
    *,
    actor: Actor,
    today: date,
    at: datetime,
    section: Section | None = None,
    unit_id: UUID | None = None,
    number: int = 1,
) -> AskedPage:
    """One page of one list, earliest due first. Names are opened for the page alone; showing each
    is recorded. Four queries, however many people. Raises RecordNotFound for another's unit."""
    choice = choose(session, actor, unit_id)
    counts = _counts(session, actor, choice, today)
    section = section or next((each for each in Section if counts[each]), Section.DUE)
    wanted = people_asked(select(Window, Person, Identity, PersonKey), actor, choice)
    wanted = wanted.outerjoin(Identity, Identity.person_id == Person.id)
    wanted = wanted.where(IN_SECTION[section](today), _is_here(today))
    wanted = wanted.order_by(Window.due_by, Window.id)
    number, shown, has_more = page_of(session, wanted, number)
    reminders = _newest_reminders(session, [window.id for window, *_ in shown])
    rows = [_asked(session, row, reminders) for row in shown]
    note_shown(session, actor, [person.id for _, person, *_ in shown], at)
    return AskedPage(section, counts, tuple(rows), number, has_more, choice)


def _counts(session: Session, actor: Actor, choice: Choice, today: date) -> Mapping[Section, int]:
    """How many stand on each list: three numbers in one walk over the windows."""
    wanted = or_(*(in_section(today) for in_section in IN_SECTION.values()))
    found = (
        people_asked(select(Window.opens_on, Window.due_by), actor, choice)
        .where(wanted, _is_here(today))
        .subquery()
    )
    is_open_now, is_late = found.c.opens_on <= today, found.c.due_by < today
    of_section = {
        Section.OVERDUE: and_(is_open_now, is_late),
        Section.DUE: and_(is_open_now, ~is_late),
        Section.COMING: ~is_open_now,
    }
    counting = [func.count().filter(of_section[section]) for section in Section]
    counts = session.execute(select(*counting).select_from(found)).one()
    return dict(zip(Section, counts, strict=True))


def _newest_reminders(session: Session, window_ids: Sequence[UUID]) -> Mapping[UUID, Reminder]:
    found = session.scalars(
        select(Reminder)
        .where(Reminder.window_id.in_(window_ids))
        .order_by(Reminder.written_at, Reminder.id)
    )
    return {reminder.window_id: reminder for reminder in found}  # the last of each window stays


def _asked(session: Session, row: Found, reminders: Mapping[UUID, Reminder]) -> Asked:
    window, person, identity, key = row
    content = identity_of(session, identity, key)
    trouble = letter_box.problem_with(content or {})
    return Asked(
        window=window,
        name=vault.name_in(content, person_id=person.id),
        unit=person.unit.name,
        reminded=_reminded(trouble, reminders.get(window.id)),
        has_address=trouble is None,
    )


def _reminded(trouble: str | None, newest: Reminder | None) -> Reminded:
    if trouble == "bounced" or (newest is not None and newest.bounced_at is not None):
        return Reminded.BOUNCED
    if newest is None:
        return Reminded.NOT_YET if trouble is None else Reminded.NO_ADDRESS
    if newest.opened_at is not None:
        return Reminded.OPENED
    return Reminded.WAITING if newest.sent_at is None else Reminded.SENT
