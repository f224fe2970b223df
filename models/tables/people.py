"""Who: pseudonymous people, their sealed identity, their key, their units and deployments."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, Key16, Moment, words
from models.tables.columns import Digest, PersonRef, SealedValue, UnitRef
from models.tables.places import Unit
from models.vocabulary import Capacity


class Person(Base):
    """A pseudonym and a unit. `facts` seals sex, birth year, rank band and language.

    `summary` seals the last results, so that a work-list opens one value per person.
    `source_digest` finds a person again when the same file is imported twice. `scheduled_on`: the
    day for which their windows were last worked out; None: something has changed since.
    """

    __tablename__ = "person"

    id: Mapped[Key]
    unit_id: Mapped[UnitRef]
    facts: Mapped[SealedValue]
    summary: Mapped[SealedValue | None]
    source_digest: Mapped[Digest | None] = mapped_column(unique=True)
    scheduled_on: Mapped[date | None] = mapped_column(index=True)
    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)

    @property
    def person_id(self) -> UUID:
        return self.id


class PersonKey(Base):
    """A person's data key, wrapped. Destroying this row is erasing the person."""

    __tablename__ = "person_key"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    wrapping_id: Mapped[str] = mapped_column(String(40), index=True)
    wrapped: Mapped[SealedValue]


class Identity(Base):
    """Names, service number and contacts, sealed; found by a blind index alone."""

    __tablename__ = "identity"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    content: Mapped[SealedValue]
    service_digest: Mapped[Digest | None] = mapped_column(unique=True)

    @property
    def id(self) -> UUID:
        return self.person_id


class Membership(Base):
    """A person's time in a unit. `recorded_at` lets a release see backdated moves."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("until_day IS NULL OR until_day >= from_day", name="ends_after_start"),
    )

    id: Mapped[Key]
    person_id: Mapped[PersonRef]
    unit_id: Mapped[UnitRef]
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    recorded_at: Mapped[Moment]


class Deployment(Base):
    """A person sent on a mission. `programme` is the version under which they are asked.

    `finding`: it is recorded that the programme's alternative window applies to them.
    """

    __tablename__ = "deployment"
    __table_args__ = (
        CheckConstraint("until_day IS NULL OR until_day >= from_day", name="ends_after_start"),
        UniqueConstraint("person_id", "from_day"),
    )

    id: Mapped[Key]
    person_id: Mapped[PersonRef]
    mission_id: Mapped[UUID] = mapped_column(Key16, ForeignKey("mission.id"), index=True)
    capacity: Mapped[Capacity] = mapped_column(
        words(Capacity, checked=False),
        default=Capacity.CONTINGENT,
        server_default=Capacity.CONTINGENT,
    )
    programme: Mapped[str | None] = mapped_column(String(60))
    unit_id: Mapped[UnitRef]
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    leave_end_day: Mapped[date | None]
    finding: Mapped[bool] = mapped_column(default=False, server_default=false())
