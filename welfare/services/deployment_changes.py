"""One person's deployments for an administrator: found by service number, ended, corrected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import rescheduling, rulebook, trail, vault
from models.enrolment import person_numbered
from models.tables.people import Deployment, Identity, Person
from models.tables.places import Mission, Unit
from models.vocabulary import Act, Capacity
from welfare.errors import InputRefused, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.contingents import contingent_path
from welfare.policies.permissions import Permission


@dataclass(frozen=True, slots=True)
class Stay:
    """A deployment as an administrator sees it: where, with whom, when. Nothing else.

    `has_alternative`: its programme has a window that takes the place of another on a finding.
    """

    deployment: Deployment
    mission: str
    unit: str
    has_alternative: bool


@dataclass(frozen=True, slots=True)
class Deployed:
    """Somebody's deployments, the newest first."""

    person_id: UUID
    name: str
    service_number: str
    unit: str
    stays: tuple[Stay, ...]


def find_person(session: Session, *, actor: Actor, service_number: str) -> UUID:
    """Who has this number. Of another contingent looks like nobody. Raises InputRefused."""
    person = person_numbered(session, service_number)
    if person is None or not access.allows(actor, Permission.DEPLOYMENT_CHANGE, person.unit):
        raise InputRefused({"service_number": "unknown"})
    return person.id


def read_deployments(session: Session, *, actor: Actor, person_id: UUID, at: datetime) -> Deployed:
    person, key = _person(session, actor, person_id)
    identity = session.get(Identity, person.id)
    content = None if identity is None else vault.opened(key, identity, "content")
    trail.record_read(
        session, by=actor, act=Act.SITE_READ, at=at, person_ids=[person.id], subject=person
    )
    return Deployed(
        person.id,
        vault.name_in(content, person_id=person.id),
        (content or {}).get("service_number", ""),
        person.unit.name,
        tuple(_stays(session, person.id)),
    )


def owner_of(session: Session, *, actor: Actor, deployment_id: UUID) -> UUID:
    """Whose deployment it is."""
    return _deployment(session, actor, deployment_id)[1].id


def change_deployment(
    session: Session,
    *,
    actor: Actor,
    deployment_id: UUID,
    until_day: date | None,
    leave_end_day: date | None,
    capacity: str,
    unit_id: UUID | None = None,
    finding: bool | None = None,
    at: datetime,
) -> Deployment:
    """End it, extend it, shorten it, say until when leave lasts, and as what they are sent.

    The next round of the schedule works the windows out anew. `unit_id`: with which unit.
    `finding`: the alternative window applies, where the programme has one. None leaves these two.
    Raises InputRefused.
    """
    deployment, person = _deployment(session, actor, deployment_id)
    unit = _unit(session, actor, unit_id or deployment.unit_id, deployment)
    problems = _order(deployment.from_day, until_day, leave_end_day)
    if not problems and _overlaps(session, deployment, until_day):
        problems["until"] = "overlaps"
    problems |= _capacity(session, capacity, person, unit)
    if problems:
        raise InputRefused(problems)
    deployment.until_day, deployment.leave_end_day = until_day, leave_end_day
    deployment.capacity, deployment.unit_id = Capacity(capacity), unit.id
    if finding is not None and _has_alternative(session, deployment):
        deployment.finding = finding
    session.flush()
    rescheduling.mark_changed(session, [person.id])
    trail.record(
        session,
        by=actor,
        act=Act.DEPLOYMENT_CHANGED,
        at=at,
        person_id=person.id,
        subject=deployment,
    )
    return deployment


def _deployment(session: Session, actor: Actor, deployment_id: UUID) -> tuple[Deployment, Person]:
    deployment = session.get(Deployment, deployment_id)
    if deployment is None:
        raise RecordNotFound("no such deployment")
    person, _ = _person(session, actor, deployment.person_id)
    return deployment, person


def _person(session: Session, actor: Actor, person_id: UUID) -> tuple[Person, bytes]:
    found = vault.person_with_key(session, person_id=person_id)
    if found is None:
        raise RecordNotFound("no such person, or erased")
    access.require(actor, Permission.DEPLOYMENT_CHANGE, found[0].unit)
    return found


def _stays(session: Session, person_id: UUID) -> Sequence[Stay]:
    found = session.execute(
        select(Deployment, Mission.name, Unit.name)
        .join(Mission, Mission.id == Deployment.mission_id)
        .join(Unit, Unit.id == Deployment.unit_id)
        .where(Deployment.person_id == person_id)
        .order_by(Deployment.from_day.desc(), Deployment.id)
    )
    return [Stay(*each, _has_alternative(session, each[0])) for each in found]


def _has_alternative(session: Session, deployment: Deployment) -> bool:
    if deployment.programme is None:
        return False
    programme = rulebook.named(session, deployment.programme)
    return any(rule.instead_of is not None for rule in programme.windows)


def _unit(session: Session, actor: Actor, unit_id: UUID, deployment: Deployment) -> Unit:
    """Another unit than the one recorded has to be one of the own."""
    unit = session.get(Unit, unit_id)
    is_new = unit_id != deployment.unit_id
    if unit is None or (is_new and not access.allows(actor, Permission.DEPLOYMENT_CHANGE, unit)):
        raise InputRefused({"unit": "choose"})
    return unit


def _order(from_day: date, until_day: date | None, leave_end_day: date | None) -> dict[str, str]:
    problems = {}
    if until_day is not None and until_day < from_day:
        problems["until"] = "before_start"
    if leave_end_day is not None and until_day is None:
        problems["leave_end"] = "no_return"
    elif leave_end_day is not None and until_day is not None and leave_end_day < until_day:
        problems["leave_end"] = "before_return"
    return problems


def _overlaps(session: Session, deployment: Deployment, until_day: date | None) -> bool:
    others = session.scalars(
        select(Deployment).where(
            Deployment.person_id == deployment.person_id, Deployment.id != deployment.id
        )
    )
    return any(
        (until_day is None or other.from_day <= until_day)
        and (other.until_day is None or deployment.from_day <= other.until_day)
        for other in others
    )


def _capacity(session: Session, capacity: str, person: Person, unit: Unit) -> dict[str, str]:
    """Nobody belongs to two contingents: with another nation's unit one is an augmentee."""
    if capacity not in set(Capacity):
        return {"capacity": "choose"}
    is_guest = contingent_path(session, unit) != contingent_path(session, person.unit)
    if is_guest and capacity != Capacity.AUGMENTEE:
        return {"capacity": "two_contingents"}
    return {}
