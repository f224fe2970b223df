"""Recording that a person was sent on a mission, which says when they will be asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import rescheduling, rulebook, trail
from models.base import new_key
from models.enrolment import person_numbered
from models.missions import NAME_MOST, mission_named
from models.tables.people import Deployment, Person
from models.tables.places import Unit
from models.vocabulary import Act, Capacity
from welfare.errors import InputRefused
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission


def record_deployment(
    session: Session,
    *,
    actor: Actor,
    service_number: str,
    mission: str,
    site: str,
    from_day: date,
    until_day: date | None,
    programme: str,
    at: datetime,
    capacity: Capacity = Capacity.CONTINGENT,
) -> Deployment:
    """Record a deployment by service number, and open its windows. Raises InputRefused.

    It is asked under the programme of the person's contingent, or else under `programme`.

    The same person and first day again, now with a return, ends the one that is under way.
    """
    person = _by_service_number(session, actor, service_number)
    under_way = _under_way(session, person, from_day) if until_day is not None else None
    if under_way is not None and until_day is not None and until_day >= from_day:
        return _end(session, actor, under_way, until_day, programme, at)
    problems = _problems(session, person, mission, site, from_day, until_day)
    if problems or person is None:
        raise InputRefused(problems)
    deployment = Deployment(
        id=new_key(),
        person_id=person.id,
        mission_id=mission_named(session, name=mission.strip(), site=site.strip()).id,
        unit_id=person.unit_id,
        capacity=capacity,
        programme=rulebook.for_unit(session, person.unit, default=programme).name,
        from_day=from_day,
        until_day=until_day,
    )
    session.add(deployment)
    session.flush()
    _reschedule(session, [person.id], programme, at)
    trail.record(
        session,
        by=actor,
        act=Act.DEPLOYMENT_RECORDED,
        at=at,
        person_id=person.id,
        subject=deployment,
    )
    return deployment


def _under_way(session: Session, person: Person | None, from_day: date) -> Deployment | None:
    if person is None:
        return None
    return session.scalar(
        select(Deployment).where(
            Deployment.person_id == person.id,
            Deployment.from_day == from_day,
            Deployment.until_day.is_(None),
        )
    )


def _end(
    session: Session,
    actor: Actor,
    deployment: Deployment,
    until_day: date,
    programme: str,
    at: datetime,
) -> Deployment:
    """The person is back."""
    deployment.until_day = until_day
    session.flush()
    _reschedule(session, [deployment.person_id], programme, at)
    trail.record(
        session,
        by=actor,
        act=Act.DEPLOYMENT_RECORDED,
        at=at,
        person_id=deployment.person_id,
        subject=deployment,
    )
    return deployment


@dataclass(frozen=True, slots=True)
class Stay:
    """A deployment of somebody who is enrolled; `mission` is its name and its place."""

    person_id: UUID
    unit_id: UUID
    mission: tuple[str, str]
    from_day: date
    until_day: date | None


def load_deployments(
    session: Session, *, actor: Actor, stays: Sequence[Stay], programme: str, at: datetime
) -> None:
    """Many deployments at once, with their windows; for the bulk loader."""
    units = session.scalars(select(Unit).where(Unit.id.in_({stay.unit_id for stay in stays}))).all()
    for unit in units:
        access.require(actor, Permission.PERSON_ADD, unit)
    rules = {unit.id: rulebook.for_unit(session, unit, default=programme).name for unit in units}
    missions = {
        (name, site): mission_named(session, name=name, site=site)
        for name, site in dict.fromkeys(stay.mission for stay in stays)
    }
    made = [
        Deployment(
            id=new_key(),
            person_id=stay.person_id,
            mission_id=missions[stay.mission].id,
            unit_id=stay.unit_id,
            programme=rules[stay.unit_id],
            from_day=stay.from_day,
            until_day=stay.until_day,
        )
        for stay in stays
    ]
    session.add_all(made)
    session.flush()
    _reschedule(session, [stay.person_id for stay in stays], programme, at)
    if made:
        trail.record(session, by=actor, act=Act.DEPLOYMENT_RECORDED, at=at)


def _reschedule(session: Session, person_ids: Sequence[UUID], programme: str, at: datetime) -> None:
    rescheduling.reschedule(session, person_ids=person_ids, today=at.date(), default=programme)


def _problems(
    session: Session,
    person: Person | None,
    mission: str,
    site: str,
    from_day: date,
    until_day: date | None,
) -> dict[str, str]:
    """Which fields cannot be used, and why."""
    problems = {} if person is not None else {"service_number": "unknown"}
    problems |= {
        name: "too_long"
        for name, text in (("mission", mission), ("place", site))
        if len(text) > NAME_MOST
    }
    if not mission.strip():
        problems["mission"] = "needed"
    if until_day is not None and until_day < from_day:
        problems["until"] = "before_start"
    if not problems and person is not None and _overlaps(session, person, from_day, until_day):
        problems["from"] = "overlaps"
    return problems


def _by_service_number(session: Session, actor: Actor, number: str) -> Person | None:
    """The person, if they belong to the actor's units; else nobody, as if unknown."""
    person = person_numbered(session, number)
    if person is None or not access.allows(actor, Permission.PERSON_ADD, person.unit):
        return None
    return person


def _overlaps(session: Session, person: Person, from_day: date, until_day: date | None) -> bool:
    others = session.scalars(select(Deployment).where(Deployment.person_id == person.id))
    return any(
        (until_day is None or other.from_day <= until_day)
        and (other.until_day is None or from_day <= other.until_day)
        for other in others
    )
