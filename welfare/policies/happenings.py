"""Deployments and what happened on them: incidents somebody was near, and events, opened."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from models import vault
from models.sealing import Place
from models.tables.columns import Sealed
from models.tables.cycle import DeploymentEvent, Exposure, Incident
from models.tables.people import Deployment
from models.tables.places import Mission
from models.vocabulary import DeploymentEventKind, IncidentKind

# What a kind does not have is a NULL that says its type: PostgreSQL would take it for text.
NO_DAY = cast(null(), Date)
NO_INCIDENT = cast(null(), Incident.kind.type)
NO_CONTENT = cast(null(), Sealed)
SIZE = 4096  # of every event, so that its length does not tell a loss from a leave


@dataclass(frozen=True, slots=True)
class Stay:
    """A deployment; `mission` is its name."""

    mission: str
    from_day: date
    until_day: date | None


@dataclass(frozen=True, slots=True)
class NearIncident:
    day: date
    kind: IncidentKind
    title: str


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of a deployment; `mission` is the name of where the person was."""

    kind: DeploymentEventKind
    from_day: date
    until_day: date | None
    mission: str
    words: str


@dataclass(frozen=True, slots=True)
class Happenings:
    stays: tuple[Stay, ...] = ()
    incidents: tuple[NearIncident, ...] = ()
    events: tuple[Happened, ...] = ()


def read_happenings(session: Session, *, person_id: UUID, key: bytes) -> Happenings:
    """One query, the oldest first. Who may see them has been asked before."""
    found = union_all(_incidents(person_id), _stays(person_id), _events(person_id))
    rows = session.execute(found.order_by("from_day", "id")).all()
    return Happenings(
        stays=tuple(Stay(row.name, row.from_day, row.until_day) for row in rows if row.is_stay),
        incidents=tuple(
            NearIncident(row.from_day, row.incident, row.name) for row in rows if row.incident
        ),
        events=tuple(_happened(key, person_id, row) for row in rows if row.content),
    )


def seal_event(
    key: bytes, event: DeploymentEvent, *, kind: DeploymentEventKind, words: str
) -> None:
    event.content = vault.sealed(key, event, "content", [kind, words], size=SIZE)


def _incidents(person_id: UUID) -> Select[Any]:
    return (
        _line(Incident.id, Incident.day, NO_DAY, Incident.title, incident=Incident.kind)
        .join(Exposure, Exposure.incident_id == Incident.id)
        .where(Exposure.person_id == person_id)
    )


def _stays(person_id: UUID) -> Select[Any]:
    return (
        _line(Deployment.id, Deployment.from_day, Deployment.until_day, Mission.name, is_stay=True)
        .join(Mission, Mission.id == Deployment.mission_id)
        .where(Deployment.person_id == person_id)
    )


def _events(person_id: UUID) -> Select[Any]:
    event = DeploymentEvent
    return (
        _line(event.id, event.from_day, event.until_day, Mission.name, content=event.content)
        .join(Deployment, Deployment.id == DeploymentEvent.deployment_id)
        .join(Mission, Mission.id == Deployment.mission_id)
        .where(DeploymentEvent.person_id == person_id)
    )


def _line(
    row_id: Any,
    from_day: Any,
    until_day: Any,
    name: Any,
    *,
    is_stay: bool = False,
    incident: Any = NO_INCIDENT,
    content: Any = NO_CONTENT,
) -> Select[Any]:
    """The same columns of every kind, so that one query brings all."""
    return select(
        row_id.label("id"),
        from_day.label("from_day"),
        until_day.label("until_day"),
        name.label("name"),
        literal(is_stay).label("is_stay"),
        incident.label("incident"),
        content.label("content"),
    )


def _happened(key: bytes, person_id: UUID, row: Any) -> Happened:
    place = Place(DeploymentEvent.__tablename__, "content", row.id, person_id)
    kind, words = vault.opened_at(key, place, row.content)
    return Happened(DeploymentEventKind(kind), row.from_day, row.until_day, row.name, words)
