"""The clinician's home: the own caseload, what is most urgent first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from models import trail, vault
from models.instruments.summary import Point, read_results
from models.programmes import Interview
from models.standing import is_missed, is_open
from models.tables.care import Alert, Case, ContactAttempt
from models.tables.interviews import Certification
from models.tables.people import Identity, Person, PersonKey
from models.tables.screenings import Screening, Window
from models.vocabulary import Act, AlertStatus, Phase
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.acuity import Acuity, most_pressing, told_of
from welfare.policies.interviewing import interviews_of
from welfare.policies.permissions import Permission


class Urgency(StrEnum):
    """Why a row stands where it stands; the order of this list is the order of the page."""

    UNACKNOWLEDGED = "unacknowledged"
    CONTACT_OVERDUE = "contact_overdue"
    ALERT_OPEN = "alert_open"
    SCREENING_DUE = "screening_due"
    REST = "rest"
    ON_HOLD = "on_hold"


ORDER = list(Urgency)


@dataclass(frozen=True, slots=True)
class Uncertified:
    """An answered check without a certificate, and whether its programme asks for an interview."""

    day: date
    interview: Interview

    def is_to_come(self, results: Mapping[str, Sequence[Point]]) -> bool:
        if self.interview is not Interview.POSITIVE:
            return self.interview is Interview.ALWAYS
        points = [point for each in results.values() for point in each if point.day == self.day]
        return any(point.positive for point in points)


class InCare(NamedTuple):
    """What the open cases of a person say: by when to answer the next open check, and since when
    one is overdue; until when all is on hold; and whether a colleague shares it."""

    due_by: date | None = None
    overdue_since: date | None = None
    held_until: date | None = None
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class Tasks:
    """What of the caseload waits, by person."""

    alerts: Mapping[UUID, Sequence[Alert]]
    in_care: Mapping[UUID, InCare]
    missed: Mapping[UUID, int]
    next_tries: Mapping[UUID, datetime | None]  # by alert
    uncertified: Mapping[UUID, Sequence[Uncertified]]


@dataclass(frozen=True, slots=True)
class Row:
    """One person of the caseload, with the most urgent open alert if there is one.

    `acuity`: what they told of how pressing it is, with any of their open alerts. `missed`: how
    many checks closed without an answer. `needs_interview`: of one that was answered the interview
    is to come. `held_until`: the own case is on hold until that day.
    """

    person_id: UUID
    name: str
    unit: str
    urgency: Urgency
    alert: Alert | None
    acuity: Acuity
    next_try_at: datetime | None
    due_by: date | None
    missed: int
    needs_interview: bool
    held_until: date | None
    is_shared: bool
    results: Mapping[str, Sequence[Point]]


def read_work_list(session: Session, *, actor: Actor, today: date, at: datetime) -> Sequence[Row]:
    """Everybody in the own caseload: open cases, and open alerts owned or covered.

    Six queries, whatever the number of people. Showing each name is recorded.
    """
    people = session.execute(
        select(Person, Identity, PersonKey)
        .outerjoin(Identity, Identity.person_id == Person.id)
        .join(PersonKey, PersonKey.person_id == Person.id)
        .where(access.visible(actor, Permission.RECORD_READ))
        .order_by(Person.id)
    ).all()
    tasks = Tasks(
        alerts=_open_alerts(session, actor),
        in_care=_in_care(session, actor, today),
        missed=_missed(session, actor, today),
        next_tries=_next_tries(session, actor),
        uncertified=_uncertified(session, actor),
    )
    rows = [
        _row(person, identity, vault.unwrapped(session, key), tasks, at)
        for person, identity, key in people
    ]
    trail.record_read(
        session,
        by=actor,
        act=Act.LIST_READ,
        at=at,
        person_ids=[row.person_id for row in rows],
    )
    return sorted(rows, key=_place)


def _open_alerts(session: Session, actor: Actor) -> Mapping[UUID, Sequence[Alert]]:
    """The open alerts of each person, the most urgent last: one that nobody has seen, else the
    earliest.

    For a lead too, only the own caseload's.
    """
    found = session.scalars(
        select(Alert)
        .where(
            Alert.status.in_((AlertStatus.RAISED, AlertStatus.ACKNOWLEDGED)),
            access.visible(actor, Permission.ALERT_WORK),
        )
        .order_by(Alert.status == AlertStatus.RAISED, Alert.due_at.desc(), Alert.id)
    )
    by_person: dict[UUID, list[Alert]] = {}
    for alert in found:
        by_person.setdefault(alert.person_id, []).append(alert)
    return by_person


def _next_tries(session: Session, actor: Actor) -> Mapping[UUID, datetime | None]:
    """When the newest contact attempt of each open alert plans the next one."""
    found = session.execute(
        select(ContactAttempt.alert_id, ContactAttempt.next_try_at)
        .join(Alert, Alert.id == ContactAttempt.alert_id)
        .where(
            Alert.status == AlertStatus.ACKNOWLEDGED,
            access.visible(actor, Permission.ALERT_WORK),
        )
        .order_by(ContactAttempt.at, ContactAttempt.id)
    )
    return {alert_id: next_try_at for alert_id, next_try_at in found}  # the last one stays


def _in_care(session: Session, actor: Actor, today: date) -> Mapping[UUID, InCare]:
    """On hold is a person only where no open case of the actor's goes on meanwhile."""
    first, until = func.min(Window.due_by), func.min(func.coalesce(Case.held_until, today))
    found = session.execute(
        select(
            Case.person_id,
            first.filter(Window.due_by >= today),
            first.filter(Window.due_by < today),
            until,
            func.count(Case.second_id),
        )
        .outerjoin(Window, and_(Window.person_id == Case.person_id, is_open(today)))
        .where(access.visible(actor, Permission.CASELOAD_READ))
        .group_by(Case.person_id)
    )
    return {
        person: InCare(due_by, since, held if held > today else None, is_shared=seconds > 0)
        for person, due_by, since, held, seconds in found
    }


def _missed(session: Session, actor: Actor, today: date) -> Mapping[UUID, int]:
    found = session.execute(
        select(Window.person_id, func.count())
        .where(
            Window.person_id.in_(_caseload(actor)),
            Window.phase != Phase.CARE,  # of those the page about them tells
            is_missed(today),
        )
        .group_by(Window.person_id)
    )
    return {person: number for person, number in found}


def _uncertified(session: Session, actor: Actor) -> Mapping[UUID, Sequence[Uncertified]]:
    found = session.execute(
        select(Screening.person_id, Screening.day, Window.programme)
        .join(Window, Window.id == Screening.window_id)
        .outerjoin(Certification, Certification.screening_id == Screening.id)
        .where(Screening.person_id.in_(_caseload(actor)), Certification.id.is_(None))
    ).all()
    interviews = interviews_of(session, [programme for *_, programme in found])
    by_person: dict[UUID, list[Uncertified]] = {}
    for person, day, programme in found:
        by_person.setdefault(person, []).append(Uncertified(day, interviews[programme]))
    return by_person


def _caseload(actor: Actor) -> Select[UUID]:
    return select(Person.id).where(access.visible(actor, Permission.RECORD_READ))


def _row(
    person: Person,
    identity: Identity | None,
    key: bytes,
    tasks: Tasks,
    at: datetime,
) -> Row:
    content = vault.opened(key, identity, "content") if identity is not None else None
    alerts = tasks.alerts.get(person.id, ())
    alert = alerts[-1] if alerts else None
    in_care = tasks.in_care.get(person.id, InCare())
    results = read_results(vault.opened(key, person, "summary"))
    return Row(
        person_id=person.id,
        name=vault.name_in(content, person_id=person.id),
        unit=person.unit.name,
        urgency=_urgency(alert, in_care, at),
        alert=alert,
        next_try_at=tasks.next_tries.get(alert.id) if alert else None,
        acuity=most_pressing(told_of(key, each) for each in alerts),
        due_by=in_care.due_by,
        missed=tasks.missed.get(person.id, 0),
        needs_interview=any(
            each.is_to_come(results) for each in tasks.uncertified.get(person.id, ())
        ),
        held_until=in_care.held_until,
        is_shared=in_care.is_shared,
        results=results,
    )


def _urgency(alert: Alert | None, in_care: InCare, at: datetime) -> Urgency:
    if alert is None:
        return _without_alert(in_care)
    if alert.status is AlertStatus.RAISED:
        return Urgency.UNACKNOWLEDGED
    late = alert.due_at is not None and alert.due_at < at
    return Urgency.CONTACT_OVERDUE if late else Urgency.ALERT_OPEN


def _without_alert(in_care: InCare) -> Urgency:
    """A hold hides neither an alert nor a check whose day has passed."""
    if in_care.held_until is not None and in_care.overdue_since is None:
        return Urgency.ON_HOLD
    return Urgency.SCREENING_DUE if in_care.due_by is not None else Urgency.REST


def _place(row: Row) -> tuple[int, int, str, str, str]:
    """By urgency; within it first those who need it soonest by their own words, then the clock."""
    clock = row.alert.due_at if row.alert else None
    when = clock.isoformat() if clock else (row.due_by.isoformat() if row.due_by else "")
    return (ORDER.index(row.urgency), row.acuity.rank, when, row.name, str(row.person_id))
