"""What happens to one person on a deployment: a stop, a leave, an evacuation, a loss at home.

Clinicians record all of it for people in their care. Administrators record movements, which they
arrange anyway, and cannot read back what was recorded.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import rescheduling, trail, vault
from models.base import new_key
from models.tables.care import Alert, Case
from models.tables.cycle import DeploymentEvent
from models.tables.people import Deployment, Identity, Person
from models.tables.places import Mission
from models.vocabulary import Act, DeploymentEventKind
from welfare.errors import InputRefused, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.happenings import seal_event
from welfare.policies.permissions import Permission
from welfare.policies.rules import Record

WORDS_MOST = 500
AFTER_RETURN = timedelta(days=60)  # so long may a stop or a leave begin after the return
AHEAD = timedelta(days=365)  # so long before may a stop or a leave be recorded
MOVEMENTS = (
    DeploymentEventKind.DECOMPRESSION,
    DeploymentEventKind.REST_LEAVE,
    DeploymentEventKind.REPATRIATION,
)
PLANNED = (DeploymentEventKind.DECOMPRESSION, DeploymentEventKind.REST_LEAVE)


@dataclass(frozen=True, slots=True)
class Event:
    """As a form gives it."""

    kind: str
    from_day: date
    until_day: date | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A deployment to which an event can belong."""

    deployment_id: UUID
    mission: str
    from_day: date
    until_day: date | None


@dataclass(frozen=True, slots=True)
class EventForm:
    person_id: UUID
    name: str
    stays: tuple[Choice, ...]


def read_form(session: Session, *, actor: Actor, person_id: UUID, at: datetime) -> EventForm:
    """The name and the deployments of somebody in care, to choose from."""
    person, key = _in_care(session, actor, vault.person_with_key(session, person_id=person_id))
    identity = session.get(Identity, person.id)
    content = None if identity is None else vault.opened(key, identity, "content")
    found = session.execute(
        select(Deployment.id, Mission.name, Deployment.from_day, Deployment.until_day)
        .join(Mission, Mission.id == Deployment.mission_id)
        .where(Deployment.person_id == person.id)
        .order_by(Deployment.from_day.desc(), Deployment.id)
    )
    trail.record_read(
        session, by=actor, act=Act.RECORD_READ, at=at, person_ids=[person.id], subject=person
    )
    name = vault.name_in(content, person_id=person.id)
    return EventForm(person.id, name, tuple(Choice(*each) for each in found))


def record_event(
    session: Session,
    *,
    actor: Actor,
    person_id: UUID,
    deployment_id: UUID,
    event: Event,
    at: datetime,
) -> DeploymentEvent:
    """By a clinician who cares for the person. Raises InputRefused."""
    found = vault.locked_person_with_key(session, person_id=person_id)
    person, key = _in_care(session, actor, found)
    deployment = session.get(Deployment, deployment_id)
    if deployment is None or deployment.person_id != person.id:
        raise InputRefused({"deployment": "choose"})
    return _record(session, actor, deployment, key, event, tuple(DeploymentEventKind), at)


def record_movement(
    session: Session, *, actor: Actor, deployment_id: UUID, event: Event, at: datetime
) -> DeploymentEvent:
    """By an administrator, who arranges it. Raises InputRefused."""
    deployment = session.get(Deployment, deployment_id)
    if deployment is None:
        raise RecordNotFound("no such deployment")
    found = vault.locked_person_with_key(session, person_id=deployment.person_id)
    if found is None:
        raise RecordNotFound("erased")
    person, key = found
    access.require(actor, Permission.DEPLOYMENT_CHANGE, person.unit)
    return _record(session, actor, deployment, key, event, MOVEMENTS, at)


def _in_care(
    session: Session, actor: Actor, found: tuple[Person, bytes] | None
) -> tuple[Person, bytes]:
    if found is None:
        raise RecordNotFound("no such person, or erased")
    person_id = found[0].id
    cases = session.scalars(select(Case).where(Case.person_id == person_id)).all()
    alerts = session.scalars(select(Alert).where(Alert.person_id == person_id)).all()
    record = Record(found[0], cases=tuple(cases), alerts=tuple(alerts))
    access.require(actor, Permission.DEPLOYMENT_EVENT_RECORD, record)
    return found


def _record(
    session: Session,
    actor: Actor,
    deployment: Deployment,
    key: bytes,
    event: Event,
    kinds: Collection[DeploymentEventKind],
    at: datetime,
) -> DeploymentEvent:
    problems = _problems(deployment, event, kinds, at.date())
    if problems:
        raise InputRefused(problems)
    row = DeploymentEvent(
        id=new_key(),
        deployment_id=deployment.id,
        person_id=deployment.person_id,
        from_day=event.from_day,
        until_day=event.until_day,
        recorded_at=at,
        recorded_by=actor.account_id,
    )
    kind = DeploymentEventKind(event.kind)
    seal_event(key, row, kind=kind, words=event.words.strip())
    session.add(row)
    if kind is DeploymentEventKind.REPATRIATION:
        _come_home(session, deployment, event.from_day)
    trail.record(
        session,
        by=actor,
        act=Act.DEPLOYMENT_CHANGED,
        at=at,
        person_id=deployment.person_id,
        subject=deployment,
    )
    return row


def _come_home(session: Session, deployment: Deployment, day: date) -> None:
    """Home before the planned time: what follows the return is asked earlier."""
    deployment.until_day = day
    if deployment.leave_end_day is not None and deployment.leave_end_day < day:
        deployment.leave_end_day = None
    session.flush()
    rescheduling.mark_changed(session, [deployment.person_id])


def _problems(
    deployment: Deployment, event: Event, kinds: Collection[DeploymentEventKind], today: date
) -> dict[str, str]:
    problems = {}
    if event.kind not in kinds:
        problems["kind"] = "choose"
    if event.until_day is not None and event.until_day < event.from_day:
        problems["until"] = "before_start"
    if len(event.words) > WORDS_MOST:
        problems["words"] = "too_long"
    latest = today + AHEAD if event.kind in PLANNED else today
    if event.from_day > latest:
        problems["from"] = "in_future"
    elif not _is_within(deployment, event):
        problems["from"] = "outside_deployment"
    return problems


def _is_within(deployment: Deployment, event: Event) -> bool:
    if event.from_day < deployment.from_day:
        return False
    if deployment.until_day is None:
        return True
    after = AFTER_RETURN if event.kind in PLANNED else timedelta(0)
    return event.from_day <= deployment.until_day + after
