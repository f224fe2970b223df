"""What happens on a mission: events of a deployment, incidents, and who was exposed to them."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, Moment, words
from models.tables.columns import PersonRef, SealedValue, UnitRef
from models.tables.places import Unit
from models.vocabulary import IncidentKind


class DeploymentEvent(Base):
    """A stop, a leave, an evacuation, a loss at home. `content` seals which, and its words.

    Which of them it was is nobody's business who steals the table: a bereavement, an evacuation.
    """

    __tablename__ = "deployment_event"
    __table_args__ = (
        CheckConstraint("until_day IS NULL OR until_day >= from_day", name="ends_after_start"),
    )

    id: Mapped[Key]
    deployment_id: Mapped[UUID] = mapped_column(ForeignKey("deployment.id"), index=True)
    person_id: Mapped[PersonRef]
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[UUID | None]  # no reference: the console has no account
    content: Mapped[SealedValue]


class Incident(Base):
    """A potentially traumatic event in a unit. Those who were exposed are asked soon after.

    `programme` is the version under which they are asked, such as "un-contingent/2".
    """

    __tablename__ = "incident"

    id: Mapped[Key]
    unit_id: Mapped[UnitRef]
    mission_id: Mapped[UUID | None] = mapped_column(ForeignKey("mission.id"))
    day: Mapped[date] = mapped_column(index=True)
    kind: Mapped[IncidentKind] = mapped_column(words(IncidentKind, checked=False))
    title: Mapped[str] = mapped_column(String(120))
    programme: Mapped[str] = mapped_column(String(60))
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[UUID | None]
    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)


class Exposure(Base):
    """This person was there. It says nothing about how they are."""

    __tablename__ = "exposure"
    __table_args__ = (UniqueConstraint("incident_id", "person_id"),)

    id: Mapped[Key]
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.id"))
    person_id: Mapped[PersonRef]
    recorded_at: Mapped[Moment]
