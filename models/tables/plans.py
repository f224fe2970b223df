"""What was agreed with a person: plans, of which every saving is kept, and appointments."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, Moment, words
from models.tables.columns import AccountRef, PersonRef, SealedValue
from models.vocabulary import AppointmentStatus


class Plan(Base):
    """A safety plan or a care plan as it was signed; the next one of its kind replaces it.

    `content` seals which kind it is, and all that it says.
    """

    __tablename__ = "plan"
    __table_args__ = (Index("ix_plan_review", "replaced_at", "review_on"),)

    id: Mapped[Key]
    person_id: Mapped[PersonRef]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("care_case.id"), index=True)
    author_id: Mapped[AccountRef]
    made_at: Mapped[Moment]
    review_on: Mapped[date]
    replaced_at: Mapped[datetime | None]
    content: Mapped[SealedValue]


class Appointment(Base):
    """A time that one clinician and one person agreed on. Never deleted; it is cancelled.

    `content` seals how they meet, what the session follows, its number, and words.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        Index("ix_appointment_with", "with_id", "starts_at"),
        Index("ix_appointment_time", "status", "starts_at"),
    )

    id: Mapped[Key]
    person_id: Mapped[PersonRef]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("care_case.id"), index=True)
    with_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    starts_at: Mapped[Moment]
    minutes: Mapped[int]
    status: Mapped[AppointmentStatus] = mapped_column(words(AppointmentStatus))
    content: Mapped[SealedValue]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # SQLAlchemy's shape
