"""Answers on paper: the printed form with its number, what was keyed in, and mistakes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, Key16, Moment
from models.tables.columns import AccountRef, PersonRef, SealedValue


class PaperForm(Base):
    """A form printed for one person and one window. Its number stands on every sheet."""

    __tablename__ = "paper_form"

    id: Mapped[Key]
    window_id: Mapped[UUID] = mapped_column(ForeignKey("window.id"), index=True)
    person_id: Mapped[PersonRef]
    number: Mapped[str] = mapped_column(String(16), unique=True)
    programme: Mapped[str] = mapped_column(String(60))  # code and version, as it was printed
    language: Mapped[str] = mapped_column(String(8))
    printed_at: Mapped[Moment]
    printed_by: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]  # kept as a screening, or given up


class PaperEntry(Base):
    """One keying of one form, sealed. Two that agree become the screening."""

    __tablename__ = "paper_entry"
    __table_args__ = (
        UniqueConstraint("form_id", "turn"),
        CheckConstraint("turn IN (1, 2)", name="keyed_twice"),
    )

    id: Mapped[Key]
    form_id: Mapped[UUID] = mapped_column(ForeignKey("paper_form.id"))
    person_id: Mapped[PersonRef]
    turn: Mapped[int]
    entered_by: Mapped[AccountRef]
    entered_at: Mapped[Moment]
    content: Mapped[SealedValue]


class EnteredInError(Base):
    """This screening is not what its person answered. It is kept and shown struck through.

    `window_id` is the window it had counted for, which is free again.
    """

    __tablename__ = "entered_in_error"

    id: Mapped[Key]
    screening_id: Mapped[UUID] = mapped_column(ForeignKey("screening.id"), unique=True)
    window_id: Mapped[UUID | None] = mapped_column(ForeignKey("window.id"), index=True)
    person_id: Mapped[PersonRef]
    marked_at: Mapped[Moment]
    marked_by: Mapped[AccountRef]
    reason: Mapped[SealedValue]


class MovedScreening(Base):
    """This screening stood in somebody else's record, `from_id`, and was moved to this person's.

    One row for every move; `reason` seals why, with the key of the record it came to.
    """

    __tablename__ = "moved_screening"
    __table_args__ = (CheckConstraint("person_id <> from_id", name="between_two"),)

    id: Mapped[Key]
    screening_id: Mapped[UUID] = mapped_column(ForeignKey("screening.id"), index=True)
    person_id: Mapped[PersonRef]
    from_id: Mapped[UUID] = mapped_column(Key16, ForeignKey("person.id"), index=True)
    moved_at: Mapped[Moment]
    moved_by: Mapped[AccountRef]
    reason: Mapped[SealedValue]
