"""Missions with their public facts: where, on what mandate and legal base, with which status."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import trail
from models.base import new_key
from models.known_missions import known_missions
from models.missions import NAME_MOST, mission_code
from models.tables.people import Deployment
from models.tables.places import Mission
from models.vocabulary import Act
from welfare.errors import InputRefused, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission

FACT_MOST = 500  # as the columns hold
NAMING = (Permission.DEPLOYMENT_CHANGE, Permission.INCIDENT_RECORD, Permission.MISSION_CHANGE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a mission; empty where nothing is."""

    name: str
    site: str
    mandate: str = ""
    legal_basis: str = ""
    status_agreement: str = ""
    engagement_rules: str = ""
    began_on: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class MissionView:
    mission: Mission
    deployments: int


def list_missions(session: Session, *, actor: Actor, at: datetime) -> Sequence[MissionView]:
    """Every mission by its name, with how many deployments name it."""
    found = session.execute(
        select(Mission, func.count(Deployment.id))
        .outerjoin(Deployment, Deployment.mission_id == Mission.id)
        .where(access.visible(actor, Permission.MISSION_CHANGE))
        .group_by(Mission.id)
        .order_by(Mission.name, Mission.id)
    )
    trail.record_read(session, by=actor, act=Act.SITE_READ, at=at, person_ids=[None])
    return [MissionView(mission, count) for mission, count in found]


def read_mission(session: Session, *, actor: Actor, mission_id: UUID, at: datetime) -> Mission:
    mission = _find(session, actor, mission_id)
    trail.record_read(
        session, by=actor, act=Act.SITE_READ, at=at, person_ids=[None], subject=mission
    )
    return mission


def mission_choices(session: Session, *, actor: Actor) -> Mapping[UUID, tuple[str, str]]:
    """Name and place of each, to choose from, for whoever records deployments or incidents."""
    if not any(access.may_ever(actor, permission) for permission in NAMING):
        return {}
    found = session.execute(
        select(Mission.id, Mission.name, Mission.site).order_by(Mission.name, Mission.id)
    )
    return {mission: (name, site) for mission, name, site in found}


def add_mission(session: Session, *, actor: Actor, facts: Facts, at: datetime) -> Mission:
    """Raises InputRefused, also for a mission of this name that is here already."""
    mission = Mission(id=new_key(), code=mission_code(facts.name), name="", site="")
    access.require(actor, Permission.MISSION_CHANGE, mission)
    _insist(session, mission, facts)
    session.add(mission)
    return _written(session, actor, mission, facts, at)


def change_mission(
    session: Session, *, actor: Actor, mission_id: UUID, facts: Facts, at: datetime
) -> Mission:
    """Raises InputRefused. A new name finds the mission from now on."""
    mission = _find(session, actor, mission_id)
    _insist(session, mission, facts)
    return _written(session, actor, mission, facts, at)


def seed_missions(session: Session, *, actor: Actor, at: datetime) -> int:
    """Add the missions known from the start that are not here. Returns how many were added.

    One that is here, by its name, stays as it is: somebody may have corrected it.
    """
    here = set(session.scalars(select(Mission.code)))
    missing = [each for each in known_missions() if mission_code(each.name) not in here]
    for each in missing:
        facts = Facts(
            each.name,
            each.site,
            each.mandate,
            each.legal_basis,
            each.status_agreement,
            each.engagement_rules,
            each.began,
            each.ended,
        )
        add_mission(session, actor=actor, facts=facts, at=at)
    return len(missing)


def _find(session: Session, actor: Actor, mission_id: UUID) -> Mission:
    mission = session.get(Mission, mission_id)
    if mission is None:
        raise RecordNotFound("no such mission")
    access.require(actor, Permission.MISSION_CHANGE, mission)
    return mission


def _written(
    session: Session, actor: Actor, mission: Mission, facts: Facts, at: datetime
) -> Mission:
    for name, value in asdict(facts).items():
        setattr(mission, name, value.strip() if isinstance(value, str) else value)
    mission.code = mission_code(mission.name)
    session.flush()
    trail.record(session, by=actor, act=Act.MISSION_CHANGED, at=at, subject=mission)
    return mission


def _insist(session: Session, mission: Mission, facts: Facts) -> None:
    problems = {
        each.name: "too_long"
        for each in fields(facts)
        if isinstance(text := getattr(facts, each.name), str)
        and len(text.strip()) > (NAME_MOST if each.name in ("name", "site") else FACT_MOST)
    }
    problems |= {name: "needed" for name in ("name", "site") if not getattr(facts, name).strip()}
    if facts.began_on and facts.ended_on and facts.ended_on < facts.began_on:
        problems["ended_on"] = "before_start"
    if not problems and _is_taken(session, mission, facts.name.strip()):
        problems["name"] = "taken"
    if problems:
        raise InputRefused(problems)


def _is_taken(session: Session, mission: Mission, name: str) -> bool:
    same = select(Mission.id).where(Mission.code == mission_code(name), Mission.id != mission.id)
    return session.scalar(same) is not None
