"""Quiet hours: which letters can wait until morning where their reader is, and which never do.

Nothing is moved or rewritten for them: a letter that can wait is not taken while it is night at
its reader's place. So none is lost or sent twice, and other hours count from the next round on.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.tables.accounts import Account
from models.tables.care import Alert
from models.tables.letters import Letter
from models.tables.people import Person
from models.tables.places import SEGMENT, Unit
from models.tables.programmes import Contingent
from models.vocabulary import AlertStatus, LetterKind
from welfare.policies.contingents import DEEPEST
from welfare.policies.local_time import Zone, at_hour, last_at_hour, zone_named

DAY = timedelta(days=1)
HOUR = 60  # minutes
WAITING = (LetterKind.NOTICE, LetterKind.APPOINTMENT)
MOST = 12 * HOUR  # longer, and somebody has mistaken the one hour for the other


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one hour of the clock to another, which may lie behind midnight."""

    begin: time
    end: time

    @property
    def minutes(self) -> int:
        return (minute_of(self.end) - minute_of(self.begin)) % (24 * HOUR)


USUAL = QuietHours(time(22), time(6))  # what the form proposes


@dataclass(frozen=True, slots=True)
class Night:
    """Paths of the contingents that have a zone of their own, and of those where it is quiet."""

    known: Collection[str]
    quiet: Collection[str]


def can_wait(kind: LetterKind, status: AlertStatus | None) -> bool:
    """`status`: of the alert that a letter is about.

    About an alert that nobody has taken, or whose clock has run out, a letter leaves at any hour:
    it goes to whoever is on duty. So does a link that somebody asked for and waits for. A planned
    next try, a notice and a letter about an appointment to come can wait.
    """
    is_planned = kind is LetterKind.NUDGE and status is AlertStatus.ACKNOWLEDGED
    return is_planned or kind in WAITING


def that_can_wait() -> ColumnElement[bool]:
    """The same for a query over Letter that outer joins Alert."""
    is_planned = and_(Letter.kind == LetterKind.NUDGE, Alert.status == AlertStatus.ACKNOWLEDGED)
    return or_(is_planned, Letter.kind.in_(WAITING))


def quiet_until(at: datetime, hours: QuietHours | None, zone: Zone) -> datetime | None:
    """When the quiet hours end in which this moment lies; None outside of them.

    A night in which clocks change is an hour longer or shorter: an end that comes twice is the
    second one.
    """
    if hours is None:
        return None
    today, over = at.astimezone(zone).date(), DAY * (hours.end <= hours.begin)
    for day in (today - DAY, today):
        end = last_at_hour(day + over, hours.end, zone)
        if at_hour(day, hours.begin, zone) <= at < end:
            return end
    return None


def minute_of(hour: time) -> int:
    return hour.hour * HOUR + hour.minute


def hours_of(contingent: Contingent) -> QuietHours | None:
    begin, end = contingent.quiet_from, contingent.quiet_until
    if begin is None or end is None:
        return None
    return QuietHours(time(*divmod(begin, HOUR)), time(*divmod(end, HOUR)))


def night(session: Session, *moments: datetime) -> Night:
    """Where it is quiet at any of these moments. One query, over a table of nations."""
    found = session.execute(
        select(Unit.path, Contingent)
        .join(Contingent, Contingent.unit_id == Unit.id)
        .where(Contingent.zone.is_not(None))
    ).all()
    quiet = [path for path, each in found if any(_is_quiet(each, at) for at in moments)]
    return Night([path for path, _ in found], quiet)


def at_night(account_id: SQLColumnExpression[UUID | None], now: Night) -> ColumnElement[bool]:
    """Is it quiet where the person of this account belongs?"""
    return _somewhere_quiet(now, Account.id == account_id, Account.person_id == Person.id)


def person_at_night(person_id: InstrumentedAttribute[UUID], now: Night) -> ColumnElement[bool]:
    """Is it quiet where this person belongs?"""
    return _somewhere_quiet(now, Person.id == person_id)


def _somewhere_quiet(now: Night, *who: ColumnElement[bool]) -> ColumnElement[bool]:
    if not now.quiet:
        return false()
    return exists().where(*who, Unit.id == Person.unit_id, _is_below(now))


def _is_below(now: Night) -> ColumnElement[bool]:
    """The nearest contingent that has a zone is a quiet one."""
    levels: list[ColumnElement[bool]] = []
    deeper: list[ColumnElement[bool]] = []
    for depth in range(DEEPEST, 0, -1):
        above = func.substr(Unit.path, 1, depth * SEGMENT)
        levels.append(and_(above.in_(now.quiet), *deeper))
        deeper.append(above.not_in(now.known))
    return or_(*levels)


def _is_quiet(contingent: Contingent, at: datetime) -> bool:
    return quiet_until(at, hours_of(contingent), zone_named(contingent.zone)) is not None
