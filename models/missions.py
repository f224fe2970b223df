"""Missions, found and made by their names."""

from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import new_key
from models.tables.places import Mission

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
