"""What happened to somebody on deployments: incidents they were near, and events, opened."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import vault
from models.tables.cycle import DeploymentEvent, Exposure, Incident
from models.tables.people import Deployment
from models.tables.places import Mission
from models.vocabulary import DeploymentEventKind, IncidentKind

SIZE = 4096  # of every event, so that its length does not tell a loss from a leave


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
    incidents: tuple[NearIncident, ...] = ()
    events: tuple[Happened, ...] = ()


def read_happenings(session: Session, *, person_id: UUID, key: bytes) -> Happenings:
    """Two queries, the oldest first. Who may see them has been asked before."""
    near = session.execute(
        select(Incident.day, Incident.kind, Incident.title)
        .join(Exposure, Exposure.incident_id == Incident.id)
        .where(Exposure.person_id == person_id)
        .order_by(Incident.day, Incident.id)
    )
    events = session.execute(
        select(DeploymentEvent, Mission.name)
        .join(Deployment, Deployment.id == DeploymentEvent.deployment_id)
        .join(Mission, Mission.id == Deployment.mission_id)
        .where(DeploymentEvent.person_id == person_id)
        .order_by(DeploymentEvent.from_day, DeploymentEvent.id)
    )
    return Happenings(
        tuple(NearIncident(*each) for each in near),
        tuple(_happened(key, event, mission) for event, mission in events),
    )


def seal_event(
    key: bytes, event: DeploymentEvent, *, kind: DeploymentEventKind, words: str
) -> None:
    event.content = vault.sealed(key, event, "content", [kind, words], size=SIZE)


def _happened(key: bytes, event: DeploymentEvent, mission: str) -> Happened:
    kind, words = vault.opened(key, event, "content")
    return Happened(DeploymentEventKind(kind), event.from_day, event.until_day, mission, words)
