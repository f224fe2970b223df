"""Records opened in an emergency, and records that are closed to it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, Moment
from models.tables.columns import AccountRef, PersonRef, SealedValue, UnitRef
from models.tables.places import Unit


class BreakGlass(Base):
    """One clinician opened one record in an emergency, to read it for some hours.

    `content` seals why; `verdict` what the second person said of it. `next_tell_at`: when those
    who review it are told (again); None once nothing is left to review. `told_at`: when the
    person was told.
    """

    __tablename__ = "break_glass"
    __table_args__ = (
        CheckConstraint("until_at > opened_at", name="ends_by_itself"),
        CheckConstraint(
            "(reviewed_at IS NULL) = (reviewed_by IS NULL)", name="reviewed_by_somebody"
        ),
        CheckConstraint(
            "(reviewed_at IS NULL) = (verdict IS NULL)", name="reviewed_with_a_verdict"
        ),
        CheckConstraint("reviewed_by IS NULL OR reviewed_by <> opener_id", name="second_person"),
        Index("ix_break_glass_next_tell_at", "next_tell_at"),
    )

    id: Mapped[Key]
    person_id: Mapped[PersonRef]
    unit_id: Mapped[UnitRef]
    opener_id: Mapped[AccountRef]
    opened_at: Mapped[Moment]
    until_at: Mapped[Moment]
    ended_at: Mapped[datetime | None]
    content: Mapped[SealedValue]
    told_at: Mapped[datetime | None]
    review_by: Mapped[Moment]
    next_tell_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    verdict: Mapped[SealedValue | None]
    # Not as an inner join: queries look for openings of people who mostly have none.
    unit: Mapped[Unit] = relationship(lazy="joined")

    @property
    def over_at(self) -> datetime:
        return self.ended_at or self.until_at

    def is_open(self, at: datetime) -> bool:
        return self.ended_at is None and at < self.until_at


class ClosedRecord(Base):
    """This record cannot be opened in an emergency, until the mark is lifted. `reason` and
    `lifting` seal why; the mark changes nothing else."""

    __tablename__ = "closed_record"

    id: Mapped[Key]
    person_id: Mapped[PersonRef]
    closed_at: Mapped[Moment]
    closed_by: Mapped[AccountRef]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[SealedValue]
    lifting: Mapped[SealedValue | None]
