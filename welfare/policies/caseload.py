"""A clinician's caseload as rows: who is in it, and what waits for each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from models import vault
from models.base import made_at
from models.instruments.summary import Point, read_results
from models.programmes import Interview
from models.standing import is_missed, is_open
from models.tables.care import Alert, Case, ContactAttempt, Note
from models.tables.interviews import Certification
from models.tables.people import Identity, Person, PersonKey
from models.tables.screenings import Screening, Window
from models.vocabulary import AlertStatus, Phase
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.acuity import most_pressing, told_of
from welfare.policies.interviewing import interviews_of
from welfare.policies.open_tasks import OpenTask, read_open_tasks
from welfare.policies.permissions import Permission
from welfare.policies.work_order import (
    LATELY,
    Row,
    urgency_of,
    worse_of,
)


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


class Checks(NamedTuple):
    """By when to answer the next open one, since when one is overdue, how many were missed."""

    due_by: date | None = None
    overdue_since: date | None = None
    missed: int = 0


class InCare(NamedTuple):
    """One open case of the actor's. `spoken_at`: when a note was last signed in it or an interview
    of the person certified. `newest_id`: of the newest answers, which says when they came."""

    opened_at: datetime
    held_until: date | None
    second_id: UUID | None
    spoken_at: datetime | None
    newest_id: UUID | None


class OpenAlert(NamedTuple):
    alert: Alert
    next_try_at: datetime | None


@dataclass(frozen=True, slots=True)
class Work:
    """What of the caseload waits, by person."""

    alerts: Mapping[UUID, Sequence[OpenAlert]]
    cases: Mapping[UUID, Sequence[InCare]]
    checks: Mapping[UUID, Checks]
    uncertified: Mapping[UUID, Sequence[Uncertified]]
    tasks: Mapping[UUID, Sequence[OpenTask]]
    today: date
    at: datetime


def read_caseload(session: Session, *, actor: Actor, today: date, at: datetime) -> Sequence[Row]:
    """Everybody with an open case of the actor's or an open alert they own or cover. Five queries
    and one for tasks of other kinds, whatever the number of people. Shows nobody to anybody yet.
    """
    people = session.execute(
        select(Person, Identity, PersonKey)
        .outerjoin(Identity, Identity.person_id == Person.id)
        .join(PersonKey, PersonKey.person_id == Person.id)
        .where(access.visible(actor, Permission.RECORD_READ))
        .order_by(Person.id)
    ).all()
    work = Work(
        alerts=_open_alerts(session, actor),
        cases=_cases(session, actor),
        checks=_checks(session, actor, today),
        uncertified=_uncertified(session, actor),
        tasks=read_open_tasks(session, actor=actor, at=at),
        today=today,
        at=at,
    )
    return [
        _row(person, identity, vault.unwrapped(session, key), work)
        for person, identity, key in people
    ]


def _open_alerts(session: Session, actor: Actor) -> Mapping[UUID, Sequence[OpenAlert]]:
    """The open alerts of each person, the most urgent last: one that nobody has seen, else the
    earliest; each with what its newest contact attempt plans. For a lead too, only the own
    caseload's."""
    planned = (
        select(ContactAttempt.next_try_at)
        .where(ContactAttempt.alert_id == Alert.id)
        .order_by(ContactAttempt.at.desc(), ContactAttempt.id.desc())
        .limit(1)
    )
    found = session.execute(
        select(Alert, planned.correlate(Alert).scalar_subquery())
        .where(
            Alert.status.in_((AlertStatus.RAISED, AlertStatus.ACKNOWLEDGED)),
            access.visible(actor, Permission.ALERT_WORK),
        )
        .order_by(Alert.status == AlertStatus.RAISED, Alert.due_at.desc(), Alert.id)
    )
    by_person: dict[UUID, list[OpenAlert]] = {}
    for alert, next_try_at in found:
        by_person.setdefault(alert.person_id, []).append(OpenAlert(alert, next_try_at))
    return by_person


def _cases(session: Session, actor: Actor) -> Mapping[UUID, Sequence[InCare]]:
    signed = select(func.max(Note.signed_at)).where(Note.case_id == Case.id)
    certified = select(func.max(Certification.certified_at)).where(
        Certification.person_id == Case.person_id
    )
    newest = (
        select(Screening.id)
        .where(Screening.person_id == Case.person_id)
        .order_by(Screening.day.desc(), Screening.id.desc())
        .limit(1)
    )
    beside: list[Any] = [
        each.correlate(Case).scalar_subquery() for each in (signed, certified, newest)
    ]
    found: Any = session.execute(
        select(Case.person_id, Case.opened_at, Case.held_until, Case.second_id, *beside).where(
            access.visible(actor, Permission.CASELOAD_READ)
        )
    )
    by_person: dict[UUID, list[InCare]] = {}
    for person, opened, held, second, signed_at, certified_at, newest_id in found:
        spoken = max(filter(None, (signed_at, certified_at)), default=None)
        by_person.setdefault(person, []).append(InCare(opened, held, second, spoken, newest_id))
    return by_person


def _checks(session: Session, actor: Actor, today: date) -> Mapping[UUID, Checks]:
    waits, missed = is_open(today), is_missed(today)
    found = session.execute(
        select(
            Window.person_id,
            func.min(Window.due_by).filter(waits, Window.due_by >= today),
            func.min(Window.due_by).filter(waits, Window.due_by < today),
            func.count().filter(missed, Window.phase != Phase.CARE),  # of those the page tells
        )
        .where(Window.person_id.in_(_person_ids(actor)), or_(waits, missed))
        .group_by(Window.person_id)
    )
    return {row[0]: Checks(row[1], row[2], row[3]) for row in found}


def _uncertified(session: Session, actor: Actor) -> Mapping[UUID, Sequence[Uncertified]]:
    found = session.execute(
        select(Screening.person_id, Screening.day, Window.programme)
        .join(Window, Window.id == Screening.window_id)
        .outerjoin(Certification, Certification.screening_id == Screening.id)
        .where(Screening.person_id.in_(_person_ids(actor)), Certification.id.is_(None))
    ).all()
    interviews = interviews_of(session, [programme for *_, programme in found])
    by_person: dict[UUID, list[Uncertified]] = {}
    for person, day, programme in found:
        by_person.setdefault(person, []).append(Uncertified(day, interviews[programme]))
    return by_person


def _person_ids(actor: Actor) -> Select[UUID]:
    return select(Person.id).where(access.visible(actor, Permission.RECORD_READ))


def _row(person: Person, identity: Identity | None, key: bytes, work: Work) -> Row:
    content = vault.opened(key, identity, "content") if identity is not None else None
    results = read_results(vault.opened(key, person, "summary"))
    cases = work.cases.get(person.id, ())
    row = Row(
        person_id=person.id,
        name=vault.name_in(content, person_id=person.id),
        unit=person.unit.name,
        unit_id=person.unit_id,
        interview_since=min(
            (each.day for each in work.uncertified.get(person.id, ()) if each.is_to_come(results)),
            default=None,
        ),
        tasks=work.tasks.get(person.id, ()),
        worse={} if _is_settled(cases) else worse_of(results),
        results=results,
        **work.checks.get(person.id, Checks())._asdict(),
        **_of_alerts(work.alerts.get(person.id, ()), key),
        **_of_cases(cases, work),
    )
    return replace(row, urgency=urgency_of(row, today=work.today, at=work.at))


def _of_alerts(found: Sequence[OpenAlert], key: bytes) -> dict[str, Any]:
    if not found:
        return {}
    acuity = most_pressing(told_of(key, each.alert) for each in found)
    return {"alert": found[-1].alert, "next_try_at": found[-1].next_try_at, "acuity": acuity}


def _of_cases(cases: Sequence[InCare], work: Work) -> dict[str, Any]:
    """On hold is a person only where no open case of the actor's goes on meanwhile."""
    until = min((each.held_until or work.today for each in cases), default=work.today)
    lately = work.at - LATELY
    return {
        "held_until": until if until > work.today else None,
        "is_shared": any(each.second_id is not None for each in cases),
        "is_new": any(
            each.opened_at >= lately and not _was_spoken(each, since=each.opened_at)
            for each in cases
        ),
    }


def _is_settled(cases: Sequence[InCare]) -> bool:
    """Somebody has signed a note or certified an interview since the newest answers came."""
    return any(
        each.newest_id is not None and _was_spoken(each, since=made_at(each.newest_id))
        for each in cases
    )


def _was_spoken(case: InCare, *, since: datetime) -> bool:
    return case.spoken_at is not None and case.spoken_at >= since
