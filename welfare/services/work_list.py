"""The clinician's home: the own caseload, what is most urgent first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import trail, vault
from models.instruments.summary import Point, read_results
from models.tables.care import Alert, Case
from models.tables.people import Identity, Person, PersonKey
from models.tables.screenings import Screening, Window
from models.vocabulary import Act, AlertStatus
from welfare.policies import access
from welfare.policies.actor import Actor
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
class Row:
    """One person of the caseload, with the most urgent open alert if there is one."""

    person_id: UUID
    name: str
    unit: str
    urgency: Urgency
    alert: Alert | None
    due_by: date | None
    results: Mapping[str, Sequence[Point]]


def read_work_list(session: Session, *, actor: Actor, today: date, at: datetime) -> Sequence[Row]:
    """Everybody in the own caseload: open cases, and open alerts owned or covered.

    Four queries, whatever the number of people. Showing each name is recorded.
    """
    people = session.execute(
        select(Person, Identity, PersonKey)
        .outerjoin(Identity, Identity.person_id == Person.id)
        .join(PersonKey, PersonKey.person_id == Person.id)
        .where(access.visible(actor, Permission.RECORD_READ))
        .order_by(Person.id)
    ).all()
    alerts = _open_alerts(session, actor)
    due = _due(session, actor, today)
    rows = [
        _row(person, identity, vault.unwrapped(session, key), alerts, due, at)
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
        .outerjoin(Screening, Screening.window_id == Window.id)
        .join(Case, Case.person_id == Window.person_id)
        .where(
            access.visible(actor, Permission.CASELOAD_READ),
            Screening.id.is_(None),
            Window.opens_on <= today,
            Window.due_by >= today,
        )
        .group_by(Window.person_id)
    )
    return {person: due_by for person, due_by in found}


def _row(
    person: Person,
    identity: Identity | None,
    key: bytes,
    alerts: Mapping[UUID, Alert],
    due: Mapping[UUID, date],
    at: datetime,
) -> Row:
    content = vault.opened(key, identity, "content") if identity is not None else None
    alert = alerts.get(person.id)
    return Row(
        person_id=person.id,
        name=vault.name_in(content, person_id=person.id),
        unit=person.unit.name,
        urgency=_urgency(alert, person.id in due, at),
        alert=alert,
        due_by=due.get(person.id),
        results=read_results(vault.opened(key, person, "summary")),
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
