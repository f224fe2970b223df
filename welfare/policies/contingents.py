"""Which nation's contingent a unit belongs to, and what that contingent speaks."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables.places import Unit
from models.tables.programmes import Contingent


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
