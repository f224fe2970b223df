"""Which nation's contingent a unit belongs to, what that contingent speaks, and its clock."""

from typing import Any

from sqlalchemy import Select, SQLColumnExpression, func, select
from sqlalchemy.orm import Session, aliased

from models.tables.places import SEGMENT, Unit
from models.tables.programmes import Contingent
from welfare.policies.local_time import Zone, zone_named

DEEPEST = 2  # the root of a nation, or the unit of a nation right below the root of a force
Above = aliased(Unit)


def contingent_path(session: Session, unit: Unit) -> str:
    """The nearest unit, upwards, that was made a contingent; where there is none, the root."""
    found = session.scalars(
        select(Unit.path)
        .join(Contingent, Contingent.unit_id == Unit.id)
        .where(Unit.path.in_(unit.line))
        .order_by(Unit.path.desc())
        .limit(1)
    ).first()
    return found or unit.line[0]


def language_of(session: Session, unit: Unit) -> str:
    """In which people of this unit are written to who have chosen none; empty: nobody chose."""
    found = session.scalars(
        select(Contingent.language)
        .join(Unit, Unit.id == Contingent.unit_id)
        .where(Unit.path.in_(unit.line))
        .order_by(Unit.path.desc())
        .limit(1)
    ).first()
    return found or ""


def zone_of(session: Session, unit: Unit) -> Zone:
    """By which clock people of this unit live: that of the nearest contingent that has one."""
    return zone_named(session.scalar(zone_at(unit.path)))


def zone_at(path: str | SQLColumnExpression[str]) -> Select[str | None]:
    """The name of the zone above a path, to ask by itself or inside another query."""
    return (
        select(Contingent.zone)
        .join(Above, Above.id == Contingent.unit_id)
        .where(
            Above.path.in_([_level(path, depth) for depth in range(1, DEEPEST + 1)]),
            Contingent.zone.is_not(None),
        )
        .order_by(Above.path.desc())
        .limit(1)
    )


def _level(path: str | SQLColumnExpression[str], depth: int) -> Any:
    end = depth * SEGMENT
    return path[:end] if isinstance(path, str) else func.substr(path, 1, end)
