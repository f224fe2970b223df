"""Referrals: somebody is asked to see a person, here or in a service outside."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, Moment, words
from models.tables.columns import AccountRef, PersonRef, SealedValue, UnitRef
from models.tables.places import Unit
from models.vocabulary import ReferralStatus

ENDED = (ReferralStatus.REJECTED, ReferralStatus.FINISHED, ReferralStatus.WITHDRAWN)


class Referral(Base):
    """From created to an outcome or a reason. While it is open, `responsible_id` must act by
    `due_at`: the sender until it is accepted, the receiver afterwards.

    `is_outside`: to a service without an account; its sender keeps the state up to date. One
    that is neither outside nor has a receiver waits for its sender to choose another.
    `content` seals how urgent it is, why, and which service; `basis` why there was no consent,
    or nothing; `ending` how it ended. `overdue_at`: when it was told that nobody acted in time.
    """

    __tablename__ = "referral"
    __table_args__ = (
        CheckConstraint(
            "(status IN ('rejected', 'finished', 'withdrawn')) = (ended_at IS NOT NULL)",
            name="ended_has_moment",
        ),
        CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name="ended_has_ending"),
        CheckConstraint("status <> 'booked' OR booked_on IS NOT NULL", name="booked_has_day"),
        CheckConstraint(
            "responsible_id = sender_id"
            " OR (receiver_id IS NOT NULL AND responsible_id = receiver_id)",
            name="one_side_is_responsible",
        ),
        CheckConstraint(
            "status <> 'created' OR responsible_id = sender_id", name="created_is_the_senders"
        ),
        CheckConstraint("NOT is_outside OR receiver_id IS NULL", name="outside_has_no_account"),
        Index("ix_referral_responsible_status", "responsible_id", "status"),
        Index("ix_referral_due", "status", "due_at"),
    )

    id: Mapped[Key]
    person_id: Mapped[PersonRef]
    unit_id: Mapped[UnitRef]
    sender_id: Mapped[AccountRef]
    receiver_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    responsible_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    is_outside: Mapped[bool]
    status: Mapped[ReferralStatus] = mapped_column(words(ReferralStatus, checked=False))
    created_at: Mapped[Moment]
    due_at: Mapped[Moment]
    booked_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    overdue_at: Mapped[datetime | None]
    content: Mapped[SealedValue]
    basis: Mapped[SealedValue]
    ending: Mapped[SealedValue | None]
    version: Mapped[int] = mapped_column()
    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}  # SQLAlchemy's shape

    @property
    def is_open(self) -> bool:
        return self.status not in ENDED

    @property
    def has_receiver(self) -> bool:
        return self.is_outside or self.receiver_id is not None
