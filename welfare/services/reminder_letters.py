"""Letters about open windows, for the job: written on the days of the programme, sent, noted.

What is due is found by the days when windows were due, never by walking over all people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, exists, false, or_, select
from sqlalchemy.orm import Session

from models import rulebook, trail, vault
from models.standing import is_open
from models.tables.reminders import Reminder, WindowLink
from models.tables.screenings import Window
from models.trail import Signature
from models.vocabulary import Act
from welfare.policies import letter_box, window_links
from welfare.policies.addressees import Addressee, opened, with_addressees
from welfare.policies.quiet_hours import night, person_at_night
from welfare.policies.reminding import Reason, close_letter, write_letters

BATCH = 200
REMINDED_FOR = timedelta(days=400)  # nobody is reminded of what was due longer ago
ROW_LEASE = timedelta(minutes=2)
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=6)
Mark = tuple[date, UUID]  # of a window: the day by which it was due, and its id


@dataclass(frozen=True, slots=True)
class Written:
    """`more_after`: where to go on, None when the last window was looked at."""

    count: int
    more_after: Mark | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter in hand. `token`: of its link; empty where its reader signs in by themselves."""

    id: UUID
    address: str
    language: str
    token: str = ""


def programmes_asking(session: Session, *, today: date) -> Sequence[str]:
    """The names of programmes that ask anybody now."""
    return session.scalars(select(Window.programme).where(_is_recent(today)).distinct()).all()


def write_due(
    session: Session,
    *,
    by: Signature,
    programmes: Sequence[str],
    after: Mark | None,
    today: date,
    at: datetime,
) -> Written:
    """Look at one batch of windows for which a day of the schedule has come, and write a letter
    for each whose person one can reach: for the newest day alone, and never twice for one day."""
    days = {name: _days_of(session, name) for name in programmes}
    due = or_(false(), *(_is_due(name, each, today) for name, each in days.items()))
    wanted = (
        with_addressees(select(Window), today)
        .where(_is_recent(today), due, _is_behind(after))
        .order_by(Window.due_by, Window.id)
        .limit(BATCH)
    )
    found = session.execute(wanted).all()
    to = []
    for window, *parts in found:
        who = opened(session, *parts)
        if who is not None and who.problem is None:
            day = _newest(days[window.programme], (today - window.opens_on).days)
            to.append((window, who, Reason(day=day)))
    letters = write_letters(session, to=to, at=at)
    people = [letter.person_id for letter in letters]
    trail.record_each(session, by=by, act=Act.REMINDER_WRITTEN, at=at, person_ids=people)
    return Written(len(letters), _mark(found[-1]) if len(found) == BATCH else None)


def take_letter(session: Session, *, today: date, at: datetime) -> Waiting | None:
    """Take the letter that has waited longest in hand, None where none waits.

    Whoever dies with it in hand loses it after a while. In quiet hours a letter leaves only if its
    reader asked for it by themselves. What is not needed any more is put away:
    the window is over or answered, the person is gone, or their link is over.
    """
    for reminder in _due_letters(session, at):
        letter = _if_needed(session, reminder, today, at)
        if letter is not None:
            reminder.tries += 1
            reminder.lease_until = at + ROW_LEASE
            return letter
        close_letter(reminder)
    return None


def note_sent(session: Session, *, reminder_id: UUID, at: datetime) -> None:
    """Written after the letter left: a crash between the two repeats it once."""
    reminder = session.get(Reminder, reminder_id)
    if reminder is not None:  # erased meanwhile
        reminder.sent_at, reminder.lease_until = at, None


def note_failed(session: Session, *, reminder_id: UUID, at: datetime) -> None:
    """It did not leave; try again after a wait that doubles."""
    reminder = session.get(Reminder, reminder_id)
    if reminder is not None:
        doubled = FIRST_RETRY * 2 ** min(max(reminder.tries - 1, 0), 10)
        reminder.next_try_at = at + min(doubled, LONGEST_RETRY)
        reminder.lease_until = None


def note_bounced(session: Session, *, by: Signature, reminder_id: UUID, at: datetime) -> bool:
    """It came back, at once or later: nothing more is sent to this address. False for a letter
    that is not known, or came back before."""
    reminder = session.get(Reminder, reminder_id)
    if reminder is None or reminder.bounced_at is not None:
        return False
    reminder.bounced_at = at
    close_letter(reminder)
    letter_box.refuse_address(session, person_id=reminder.person_id)
    trail.record(
        session,
        by=by,
        act=Act.REMINDER_BOUNCED,
        at=at,
        person_id=reminder.person_id,
        subject=reminder,
    )
    return True


def _days_of(session: Session, name: str) -> tuple[int, ...]:
    try:
        return rulebook.named(session, name).reminder_days
    except FileNotFoundError:  # a version that was never here; other letters must leave
        return ()


def _is_recent(today: date) -> ColumnElement[bool]:
    """Open, by the index over the days when windows are due."""
    return and_(Window.due_by >= today - REMINDED_FOR, is_open(today))


def _is_due(name: str, days: Sequence[int], today: date) -> ColumnElement[bool]:
    """Of the days that have come the newest has no letter yet."""
    spans = [
        and_(
            Window.opens_on <= today - timedelta(days=first),
            *((Window.opens_on > today - timedelta(days=then),) if then is not None else ()),
            ~exists().where(Reminder.window_id == Window.id, Reminder.day == first),
        )
        for first, then in zip_longest(days, days[1:])
    ]
    return and_(Window.programme == name, or_(false(), *spans))


def _newest(days: Sequence[int], age: int) -> int:
    return max(day for day in days if day <= age)


def _is_behind(after: Mark | None) -> ColumnElement[bool]:
    if after is None:
        return Window.due_by.is_not(None)
    day, window_id = after
    later = or_(Window.due_by > day, and_(Window.due_by == day, Window.id > window_id))
    return and_(Window.due_by >= day, later)


def _mark(row: Row[Any]) -> Mark:
    return row[0].due_by, row[0].id


def _due_letters(session: Session, at: datetime) -> Sequence[Reminder]:
    is_own_wish = and_(Reminder.day.is_(None), Reminder.asked_by.is_(None))
    is_night = person_at_night(Reminder.person_id, night(session, at))
    return session.scalars(
        select(Reminder)
        .where(
            Reminder.sent_at.is_(None),
            Reminder.next_try_at <= at,
            or_(Reminder.lease_until.is_(None), Reminder.lease_until <= at),
            or_(is_own_wish, ~is_night),
        )
        .order_by(Reminder.next_try_at, Reminder.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()


def _if_needed(session: Session, reminder: Reminder, today: date, at: datetime) -> Waiting | None:
    found = session.execute(
        with_addressees(select(WindowLink), today)
        .outerjoin(WindowLink, WindowLink.id == reminder.link_id)
        .where(Window.id == reminder.window_id, is_open(today))
    ).one_or_none()
    if found is None:
        return None
    link, *parts = found
    who = opened(session, *parts)
    if who is None or who.problem is not None or not _still_opens(link, at):
        return None
    return _waiting(session, reminder, who, link)


def _still_opens(link: WindowLink | None, at: datetime) -> bool:
    return link is None or window_links.is_live(link, at)


def _waiting(
    session: Session, reminder: Reminder, who: Addressee, link: WindowLink | None
) -> Waiting:
    address = letter_box.address_in(who.identity) or ""
    keys = vault.keys_of(session)
    token = window_links.token_for(keys, link.id) if link is not None else ""
    return Waiting(reminder.id, address, who.language, token)
