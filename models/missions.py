"""Sent on a mission: the mission by its name, and the windows that a deployment opens."""

from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import new_key
from models.programmes import load, plan
from models.tables.people import Deployment
from models.tables.places import Mission
from models.tables.screenings import Window

NAME_MOST = 120  # as the columns hold


def mission_code(name: str) -> str:
    """The same for all ways to write a name in capitals; alike beginnings stay apart."""
    return sha256(name.casefold().encode()).hexdigest()[:40]


def mission_named(session: Session, *, name: str, site: str) -> Mission:
    """The mission of this name, made if it is new."""
    code = mission_code(name)
    mission = session.scalar(select(Mission).where(Mission.code == code))
    if mission is None:
        mission = Mission(id=new_key(), code=code, name=name, site=site or name)
        session.add(mission)
        session.flush()
    return mission


def windows_of(deployment: Deployment, *, programme: str) -> list[Window]:
    """The windows of one deployment under a programme, not yet stored."""
    return [Window(**row) for row in window_rows(deployment, programme=programme)]


def window_rows(deployment: Deployment, *, programme: str) -> list[dict[str, Any]]:
    """The same as plain rows, for whoever stores them by the hundred thousand."""
    rules = load(programme)
    return [
        {
            "id": new_key(),
            "person_id": deployment.person_id,
            "deployment_id": deployment.id,
            "programme": rules.name,
            "code": window.code,
            "phase": window.phase,
            "opens_on": window.opens_on,
            "due_by": window.due_by,
        }
        for window in plan(rules, from_day=deployment.from_day, until_day=deployment.until_day)
    ]
