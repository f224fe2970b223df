"""The last stage: a clinician has spoken with the person and certifies that it is finished."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, Moment
from models.tables.columns import AccountRef, PersonRef, SealedValue


class Certification(Base):
    """One for a screening. A welfare officer learns its day, never its content."""

    __tablename__ = "certification"

    id: Mapped[Key]
    screening_id: Mapped[UUID] = mapped_column(ForeignKey("screening.id"), unique=True)
    person_id: Mapped[PersonRef]
    certified_by: Mapped[AccountRef]
    certified_at: Mapped[Moment]
    content: Mapped[SealedValue]
