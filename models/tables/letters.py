"""Letters to be sent, one row each, and the leases by which one worker at a time sends them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, Moment, words
from models.tables.columns import AccountRef
from models.vocabulary import LetterKind


class Letter(Base):
    """An outbox row, written in the act's own transaction. Its words are made when it is sent.

    `about_at`: when the appointment was to be as this was written; of a moved one it says nothing.
    """

    __tablename__ = "letter"
    __table_args__ = (
        Index("ix_letter_waiting", "sent_at", "next_try_at"),
        Index("uq_letter_appointment_time", "appointment_id", "about_at", unique=True),
    )

    id: Mapped[Key]
    kind: Mapped[LetterKind] = mapped_column(words(LetterKind, checked=False))
    recipient_id: Mapped[AccountRef]
    alert_id: Mapped[UUID | None] = mapped_column(ForeignKey("alert.id"), index=True)
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("message.id"))
    appointment_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointment.id"), index=True)
    about_at: Mapped[datetime | None]
    invitation_id: Mapped[UUID | None] = mapped_column(ForeignKey("invitation.id"))
    written_at: Mapped[Moment]
    next_try_at: Mapped[Moment]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]


class JobLease(Base):
    """Who may run a job now. A crashed holder's lease runs out."""

    __tablename__ = "job_lease"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[UUID]
    until_at: Mapped[Moment]
