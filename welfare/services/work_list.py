"""The clinician's home: the own caseload, what is most urgent first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models import trail, vault
from models.instruments.summary import Point, read_results
from models.programmes import Interview
from models.standing import is_missed, is_open
from models.tables.care import Alert, Case
from models.tables.interviews import Certification
from models.tables.people import Identity, Person, PersonKey
from models.tables.screenings import Screening, Window
from models.vocabulary import Act, AlertStatus
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.interviewing import interviews_of
from welfare.policies.permissions import Permission


class Urgency(StrEnum):
    """Why a row stands where it stands; the order of this list is the order of the page."""

    UNACKNOWLEDGED = "unacknowledged"
    CONTACT_OVERDUE = "contact_overdue"
    ALERT_OPEN = "alert_open"
    SCREENING_DUE = "screening_due"
    REST = "rest"


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


@dataclass(frozen=True, slots=True)
class Tasks:
    """What of the caseload waits, by person."""

    alerts: Mapping[UUID, Alert]
    due: Mapping[UUID, date]
    missed: Mapping[UUID, int]
    uncertified: Mapping[UUID, Sequence[Uncertified]]


@dataclass(frozen=True, slots=True)
class Row:
    """One person of the caseload, with the most urgent open alert if there is one.

    `missed`: how many checks closed without an answer. `needs_interview`: of one that was answered
    the interview is to come.
    """

    person_id: UUID
    name: str
    unit: str
    urgency: Urgency
    alert: Alert | None
    due_by: date | None
    missed: int
    needs_interview: bool
    results: Mapping[str, Sequence[Point]]


def read_work_list(session: Session, *, actor: Actor, today: date, at: datetime) -> Sequence[Row]:
    """Everybody in the own caseload: open cases, and open alerts owned or covered.

    Five queries, whatever the number of people. Showing each name is recorded.
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
        due=_due(session, actor, today),
        missed=_missed(session, actor, today),
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


def _open_alerts(session: Session, actor: Actor) -> Mapping[UUID, Alert]:
    """The most urgent open alert of each person: one that nobody has seen, else the earliest.

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
    return {alert.person_id: alert for alert in found}  # the last of each person stays


def _due(session: Session, actor: Actor, today: date) -> Mapping[UUID, date]:
    """The next day by which each person of the caseload should answer an open window."""
    found = session.execute(
        select(Window.person_id, func.min(Window.due_by))
        .join(Case, Case.person_id == Window.person_id)
        .where(
            access.visible(actor, Permission.CASELOAD_READ), is_open(today), Window.due_by >= today
        )
        .group_by(Window.person_id)
    )
    return {person: due_by for person, due_by in found}


def _missed(session: Session, actor: Actor, today: date) -> Mapping[UUID, int]:
    found = session.execute(
        select(Window.person_id, func.count())
        .where(Window.person_id.in_(_caseload(actor)), is_missed(today))
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
    alert = tasks.alerts.get(person.id)
    results = read_results(vault.opened(key, person, "summary"))
    return Row(
        person_id=person.id,
        name=vault.name_in(content, person_id=person.id),
        unit=person.unit.name,
        urgency=_urgency(alert, person.id in tasks.due, at),
        alert=alert,
        due_by=tasks.due.get(person.id),
        missed=tasks.missed.get(person.id, 0),
        needs_interview=any(
            each.is_to_come(results) for each in tasks.uncertified.get(person.id, ())
        ),
        results=results,
    )


def _urgency(alert: Alert | None, is_due: bool, at: datetime) -> Urgency:
    if alert is None:
        return Urgency.SCREENING_DUE if is_due else Urgency.REST
    if alert.status is AlertStatus.RAISED:
        return Urgency.UNACKNOWLEDGED
    late = alert.due_at is not None and alert.due_at < at
    return Urgency.CONTACT_OVERDUE if late else Urgency.ALERT_OPEN


def _place(row: Row) -> tuple[int, str, str, str]:
    clock = row.alert.due_at if row.alert else None
    when = clock.isoformat() if clock else (row.due_by.isoformat() if row.due_by else "")
    return (ORDER.index(row.urgency), when, row.name, str(row.person_id))
