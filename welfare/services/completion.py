"""Who was asked and has not answered, by name; and who has finished. Never what anybody said.

A check that was answered, declined or waived is on no list, and whether somebody has begun is not
looked at here. Readiness says "interview to come" only where everybody has one: elsewhere it would
say that a result was positive.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from models import trail, vault
from models.programmes import Interview
from models.standing import is_open
from models.tables.interviews import Certification
from models.tables.people import Identity, Person, PersonKey
from models.tables.places import Unit
from models.tables.reminders import Reminder
from models.tables.screenings import Screening, Window
from models.vocabulary import Act
from welfare.errors import AccessDenied, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.interviewing import interviews_of
from welfare.policies.permissions import Permission

PAGE = 50
LAST_PAGE = 100_000  # more than any site has; no database counts as far as an address can
AHEAD = timedelta(days=30)
Wanted = Select[*tuple[Any, ...]]
Found = Row[*tuple[Any, ...]]
BACK = timedelta(days=400)  # readiness: a year, and what came late


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


class Readiness(StrEnum):
    DONE = "done"
    INTERVIEW_TO_COME = "interview_to_come"
    CERTIFIED = "certified"


@dataclass(frozen=True, slots=True)
class Asked:
    """One check that somebody has not answered."""

    window: Window
    name: str
    unit: str
    reminded: Reminded


@dataclass(frozen=True, slots=True)
class Finished:
    """One check that was answered. `on`: the day of the answers, or of the certificate."""

    window: Window
    name: str
    unit: str
    state: Readiness
    on: date


@dataclass(frozen=True, slots=True)
class Choice:
    """The own units, and the one that was chosen of them; None: all."""

    units: tuple[Unit, ...]
    chosen: Unit | None


@dataclass(frozen=True, slots=True)
class AskedPage:
    section: Section
    counts: Mapping[Section, int]
    rows: tuple[Asked, ...]
    number: int
    has_more: bool
    choice: Choice


@dataclass(frozen=True, slots=True)
class FinishedPage:
    rows: tuple[Finished, ...]
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
    is recorded. Five queries, however many people. Raises RecordNotFound for another's unit."""
    choice = _choice(session, actor, unit_id)
    counts = _counts(session, actor, choice, today)
    section = section or next((each for each in Section if counts[each]), Section.DUE)
    wanted = _people(select(Window, Person, Identity, PersonKey), actor, choice)
    wanted = wanted.where(IN_SECTION[section](today)).order_by(Window.due_by, Window.id)
    number, shown, has_more = _page(session, wanted, number)
    reminders = _newest_reminders(session, [window.id for window, *_ in shown])
    rows = [_asked(session, row, reminders) for row in shown]
    _note(session, actor, [person.id for _, person, *_ in shown], at)
    return AskedPage(section, counts, tuple(rows), number, has_more, choice)


def read_readiness(
    session: Session,
    *,
    actor: Actor,
    today: date,
    at: datetime,
    unit_id: UUID | None = None,
    number: int = 1,
) -> FinishedPage:
    """Who has finished which check, the newest first: its day and how it stands, no more."""
    choice = _choice(session, actor, unit_id)
    columns = select(Window, Person, Identity, PersonKey, Screening.day, Certification.certified_at)
    wanted = (
        _people(columns, actor, choice)
        .join(Screening, Screening.window_id == Window.id)
        .outerjoin(Certification, Certification.screening_id == Screening.id)
        .where(Screening.day >= today - BACK)
        .order_by(Screening.day.desc(), Window.id)
    )
    number, shown, has_more = _page(session, wanted, number)
    interviews = interviews_of(session, [window.programme for window, *_ in shown])
    rows = [_finished(session, row, interviews) for row in shown]
    _note(session, actor, [person.id for _, person, *_ in shown], at)
    return FinishedPage(tuple(rows), number, has_more, choice)


def _choice(session: Session, actor: Actor, unit_id: UUID | None) -> Choice:
    if not access.may_ever(actor, Permission.COMPLETION_READ):
        raise AccessDenied("who was asked is for welfare officers")
    first, behind = actor.path_range
    units = session.scalars(
        select(Unit).where(Unit.path >= first, Unit.path < behind).order_by(Unit.path)
    ).all()
    chosen = next((unit for unit in units if unit.id == unit_id), None)
    if unit_id is not None and chosen is None:
        raise RecordNotFound("no such unit")
    return Choice(tuple(units), chosen)


def _people(wanted: Wanted, actor: Actor, choice: Choice) -> Wanted:
    """From windows to those whose name can be opened: nobody who was erased."""
    joined = (
        wanted.select_from(Window)
        .join(Person, Person.id == Window.person_id)
        .outerjoin(Identity, Identity.person_id == Person.id)
        .join(PersonKey, PersonKey.person_id == Person.id)
        .where(access.visible(actor, Permission.COMPLETION_READ))
    )
    if choice.chosen is None:
        return joined
    below = [unit.id for unit in choice.units if unit.path.startswith(choice.chosen.path)]
    return joined.where(Person.unit_id.in_(below))


def _counts(session: Session, actor: Actor, choice: Choice, today: date) -> Mapping[Section, int]:
    """How many stand on each list: three numbers in one query."""
    counting = [
        _people(select(func.count(Window.id)), actor, choice)
        .where(IN_SECTION[section](today))
        .scalar_subquery()
        for section in Section
    ]
    return dict(zip(Section, session.execute(select(*counting)).one(), strict=True))


def _page(session: Session, wanted: Wanted, number: int) -> tuple[int, Sequence[Found], bool]:
    number = min(max(number, 1), LAST_PAGE)
    found = session.execute(wanted.offset((number - 1) * PAGE).limit(PAGE + 1)).all()
    return number, found[:PAGE], len(found) > PAGE


def _newest_reminders(session: Session, window_ids: Sequence[UUID]) -> Mapping[UUID, Reminder]:
    found = session.scalars(
        select(Reminder)
        .where(Reminder.window_id.in_(window_ids))
        .order_by(Reminder.written_at, Reminder.id)
    )
    return {reminder.window_id: reminder for reminder in found}  # the last of each window stays


def _asked(session: Session, row: Found, reminders: Mapping[UUID, Reminder]) -> Asked:
    window, person, identity, key = row
    content = _identity(session, identity, key)
    return Asked(
        window=window,
        name=vault.name_in(content, person_id=person.id),
        unit=person.unit.name,
        reminded=_reminded(content, reminders.get(window.id)),
    )


def _reminded(content: Mapping[str, str] | None, newest: Reminder | None) -> Reminded:
    if newest is None:
        return Reminded.NOT_YET if (content or {}).get("email") else Reminded.NO_ADDRESS
    if newest.bounced_at is not None:
        return Reminded.BOUNCED
    if newest.opened_at is not None:
        return Reminded.OPENED
    return Reminded.WAITING if newest.sent_at is None else Reminded.SENT


def _finished(session: Session, row: Found, interviews: Mapping[str, Interview]) -> Finished:
    window, person, identity, key, day, certified_at = row
    state, on = Readiness.DONE, day
    if interviews[window.programme] is Interview.ALWAYS:
        state = Readiness.INTERVIEW_TO_COME
        if certified_at is not None:
            state, on = Readiness.CERTIFIED, certified_at.date()
    name = vault.name_in(_identity(session, identity, key), person_id=person.id)
    return Finished(window, name, person.unit.name, state, on)


def _identity(
    session: Session, identity: Identity | None, key: PersonKey
) -> Mapping[str, str] | None:
    if identity is None:
        return None
    content: Mapping[str, str] = vault.opened(vault.unwrapped(session, key), identity, "content")
    return content


def _note(session: Session, actor: Actor, shown: Sequence[UUID], at: datetime) -> None:
    """Whoever stands on the page twice was shown once."""
    people = list(dict.fromkeys(shown))
    trail.record_read(session, by=actor, act=Act.COMPLETION_READ, at=at, person_ids=people)
