"""Measured in care: what a clinician has somebody answer again and again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, Moment, words
from models.tables.columns import AccountRef, PersonRef, SealedValue
from models.vocabulary import Rhythm


class AssignedMeasure(Base):
    """One questionnaire, asked in one case until it is ended. `content` seals which.

    `programme`: whose clocks and days of letters count. Whoever changes a row holds the lock on
    its person's.
    """

    __tablename__ = "assigned_measure"

    id: Mapped[Key]
    person_id: Mapped[PersonRef]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("care_case.id"), index=True)
    rhythm: Mapped[Rhythm] = mapped_column(words(Rhythm, checked=False))
    programme: Mapped[str] = mapped_column(String(60))
    assigned_by: Mapped[AccountRef]
    assigned_at: Mapped[Moment]
    ended_at: Mapped[datetime | None]
    content: Mapped[SealedValue]
