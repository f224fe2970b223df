"""How the service does in the units of a clinic lead: what waits now, who carries how much, and how
soon somebody acted. Numbers, and names of clinicians; nothing sealed about anybody is opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, exists, func, select
from sqlalchemy.orm import Session

from models import trail, vault
from models.duty import CLINICAL
from models.tables.accounts import Account, Post
from models.tables.care import Alert, Case, ContactAttempt
from models.tables.interviews import Certification
from models.tables.people import Person
from models.tables.places import Unit
from models.tables.screenings import Screening, Window
from models.vocabulary import Act, AlertStatus, CaseStatus
from welfare.errors import AccessDenied
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.interviewing import with_one_for_all
from welfare.policies.permissions import Permission
from welfare.policies.posts import is_held
from welfare.policies.rules import LIVE

PERIODS = (30, 90)  # days
FEWEST = 5  # of fewer alerts nothing is said


@dataclass(frozen=True, slots=True)
class Now:
    """Open alerts: `unowned` and `unacknowledged` ask for somebody, `past_due` has waited."""

    unowned: int
    unacknowledged: int
    past_due: int
    interviews: int


@dataclass(frozen=True, slots=True)
class Load:
    """One clinician's open cases in the units: `held` of them wait for a day, `shared` of them have
    a second clinician, `second`: cases of colleagues that they share."""

    name: str
    open: int = 0
    held: int = 0
    shared: int = 0
    second: int = 0


@dataclass(frozen=True, slots=True)
class Course:
    """What became of one alert with a clock."""

    raised_at: datetime
    due_at: datetime
    acknowledged_at: datetime | None
    contacted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Measure:
    """How soon one step was taken. `within` and `decided`: in time, of those whose clock has run
    out or whose step was taken; None where there are too few to say."""

    median: timedelta | None
    within: int
    decided: int

    @property
    def share(self) -> float | None:
        return self.within / self.decided if self.decided >= FEWEST else None


@dataclass(frozen=True, slots=True)
class Period:
    days: int
    alerts: int
    acknowledged: Measure
    contacted: Measure


@dataclass(frozen=True, slots=True)
class ServiceView:
    now: Now
    loads: tuple[Load, ...]
    periods: tuple[Period, ...]


def read_service(session: Session, *, actor: Actor, today: date, at: datetime) -> ServiceView:
    """The own units. The same number of queries, however many people there are."""
    if not access.may_ever(actor, Permission.SERVICE_READ):
        raise AccessDenied("how the service does is for the clinic lead")
    units = select(Unit.id).where(access.visible(actor, Permission.SERVICE_READ))
    courses = _courses(session, units, at - timedelta(days=max(PERIODS)))
    trail.record_read(session, by=actor, act=Act.SITE_READ, at=at, person_ids=[None])
    return ServiceView(
        now=_now(session, units, at),
        loads=tuple(_loads(session, units, today)),
        periods=tuple(_period(courses, days, at) for days in PERIODS),
    )


def _now(session: Session, units: Select[UUID], at: datetime) -> Now:
    unowned, unacknowledged, past_due = session.execute(
        select(
            _count(Alert.owner_id.is_(None)),
            _count(Alert.status == AlertStatus.RAISED),
            _count(Alert.due_at < at),
        ).where(Alert.unit_id.in_(units), Alert.status.in_(LIVE))
    ).one()
    return Now(unowned, unacknowledged, past_due, _interviews(session, units))


def _interviews(session: Session, units: Select[UUID]) -> int:
    """As the list of interviews has them: only where everybody has one."""
    found = session.scalar(
        select(func.count())
        .select_from(Screening)
        .join(Window, Window.id == Screening.window_id)
        .join(Person, Person.id == Screening.person_id)
        .where(
            Person.unit_id.in_(units),
            Window.programme.in_(with_one_for_all(session)),
            ~exists().where(Certification.screening_id == Screening.id),
            ~exists().where(Case.person_id == Person.id, Case.status == CaseStatus.OPEN),
        )
    )
    return found or 0


def _loads(session: Session, units: Select[UUID], today: date) -> Sequence[Load]:
    """Clinicians with a Post in the units, and whoever else has a case there."""
    first = _cases_by(session, Case.clinician_id, units, today)
    second = _cases_by(session, Case.second_id, units, today)
    posts = session.scalars(
        select(Post.account_id)
        .join(Account, Account.id == Post.account_id)
        .where(
            Post.unit_id.in_(units),
            Post.role.in_(CLINICAL),
            is_held(Post, today),
            Account.disabled_at.is_(None),
        )
    )
    names = vault.names_of(session, account_ids={*posts, *first, *second})
    loads = [
        Load(name, *first.get(account, (0, 0, 0)), second=second.get(account, (0, 0, 0))[0])
        for account, name in names.items()
    ]
    return sorted(loads, key=lambda load: (-load.open, load.name))


def _cases_by(
    session: Session, who: Any, units: Select[UUID], today: date
) -> Mapping[UUID, tuple[int, int, int]]:
    found = session.execute(
        select(
            who, func.count(), _count(Case.held_until > today), _count(Case.second_id.is_not(None))
        )
        .where(Case.unit_id.in_(units), Case.status == CaseStatus.OPEN, who.is_not(None))
        .group_by(who)
    )
    return {account: (every, held, shared) for account, every, held, shared in found}


def _courses(session: Session, units: Select[UUID], since: datetime) -> Sequence[Course]:
    """Alerts that had a clock, with the first try to reach the person."""
    found = session.execute(
        select(Alert.raised_at, Alert.due_at, Alert.acknowledged_at, func.min(ContactAttempt.at))
        .outerjoin(ContactAttempt, ContactAttempt.alert_id == Alert.id)
        .where(Alert.unit_id.in_(units), Alert.raised_at >= since, Alert.due_at.is_not(None))
        .group_by(Alert.id, Alert.raised_at, Alert.due_at, Alert.acknowledged_at)
    )
    return [
        Course(raised_at, due_at, acknowledged_at, contacted_at)
        for raised_at, due_at, acknowledged_at, contacted_at in found
        if due_at is not None
    ]


def _period(courses: Sequence[Course], days: int, at: datetime) -> Period:
    these = [each for each in courses if each.raised_at >= at - timedelta(days=days)]
    return Period(
        days=days,
        alerts=len(these),
        acknowledged=_measure([(each, each.acknowledged_at) for each in these], at),
        contacted=_measure([(each, each.contacted_at) for each in these], at),
    )


def _measure(steps: Sequence[tuple[Course, datetime | None]], at: datetime) -> Measure:
    """What has still time is neither in time nor late."""
    waits = [(taken - each.raised_at).total_seconds() for each, taken in steps if taken is not None]
    decided = [(each, taken) for each, taken in steps if taken is not None or each.due_at < at]
    return Measure(
        median=timedelta(seconds=median(waits)) if len(waits) >= FEWEST else None,
        within=sum(taken is not None and taken <= each.due_at for each, taken in decided),
        decided=len(decided),
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows; none of an empty table."""
    return func.count(case((condition, 1)))
