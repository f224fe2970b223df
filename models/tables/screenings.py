"""Asked: the windows of a programme, the unfinished draft, the screening and its sealed answers."""

import secrets
from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, Moment, words
from models.tables.columns import PersonRef, SealedValue, UnitRef
from models.vocabulary import Origin, Phase, SetAsideBy

VERSION_BITS = 31


def drawn(_before: int | None = None) -> int:
    """A version that tells one state of a row from another, and nothing else.

    One that counts up would tell a thief how many parts were saved, and so whether the answers
    to the first ones opened more.
    """
    return secrets.randbits(VERSION_BITS)


class Window(Base):
    """A time in which one person is asked, as `models.rescheduling` last worked it out.

    `closes_on` is the last day on which it can be answered; before `opens_on` it never opens.
    `anchor_day`: the day it is counted from. One that was answered or set aside keeps its days.
    `measure_id`: a clinician asks this of somebody in their care; its phase says so, too.
    """

    __tablename__ = "window"
    __table_args__ = (
        UniqueConstraint("person_id", "code", "opens_on"),
        CheckConstraint("due_by >= opens_on", name="due_after_opening"),
        CheckConstraint("(set_aside IS NULL) = (set_aside_on IS NULL)", name="set_aside_has_day"),
        Index("ix_window_due", "due_by"),
    )

    id: Mapped[Key]
    person_id: Mapped[PersonRef]
    deployment_id: Mapped[UUID | None] = mapped_column(ForeignKey("deployment.id"))
    incident_id: Mapped[UUID | None] = mapped_column(ForeignKey("incident.id"), index=True)
    measure_id: Mapped[UUID | None] = mapped_column(ForeignKey("assigned_measure.id"), index=True)
    programme: Mapped[str] = mapped_column(String(60))  # code and version, e.g. "un-contingent/1"
    code: Mapped[str] = mapped_column(String(40))
    phase: Mapped[Phase] = mapped_column(words(Phase))
    anchor_day: Mapped[date | None]
    opens_on: Mapped[date]
    due_by: Mapped[date]
    closes_on: Mapped[date]
    set_aside: Mapped[SetAsideBy | None] = mapped_column(words(SetAsideBy, checked=False))
    set_aside_on: Mapped[date | None]
    set_aside_by: Mapped[UUID | None]  # the account of who did it


class Draft(Base):
    """Answers not sent yet. Nobody but their owner can read them; nobody has been told."""

    __tablename__ = "draft"

    id: Mapped[Key]
    window_id: Mapped[UUID] = mapped_column(ForeignKey("window.id"), unique=True)
    person_id: Mapped[PersonRef]
    submission_id: Mapped[UUID]
    version: Mapped[int] = mapped_column()
    saved_at: Mapped[Moment]
    payload: Mapped[SealedValue]

    # SQLAlchemy's shape
    __mapper_args__ = {"version_id_col": version, "version_id_generator": drawn}


class Screening(Base):
    """One person, one set of answers: all responses in one sealed, padded payload.

    Not a row per instrument: that a second questionnaire was asked would give a positive away.
    `submission_id` is made with the page; it makes sending twice harmless.
    """

    __tablename__ = "screening"
    __table_args__ = (Index("ix_screening_person_day", "person_id", "day"),)

    id: Mapped[Key]
    submission_id: Mapped[UUID] = mapped_column(unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    window_id: Mapped[UUID | None] = mapped_column(ForeignKey("window.id"), unique=True)
    unit_id: Mapped[UnitRef]
    day: Mapped[date] = mapped_column(index=True)
    phase: Mapped[Phase] = mapped_column(words(Phase))
    origin: Mapped[Origin] = mapped_column(words(Origin))
    payload: Mapped[SealedValue]


class ConflictCopy(Base):
    """Other answers that came under an id already used. Kept, so that nothing is lost."""

    __tablename__ = "conflict_copy"

    id: Mapped[Key]
    screening_id: Mapped[UUID] = mapped_column(ForeignKey("screening.id"), index=True)
    person_id: Mapped[PersonRef]
    received_at: Mapped[Moment]
    payload: Mapped[SealedValue]
