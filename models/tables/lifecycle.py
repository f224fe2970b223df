"""How records end and come back: erased people, legal holds, backups that were checked."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, Moment
from models.tables.columns import PersonRef, SealedValue


class Tombstone(Base):
    """This person's key was destroyed. Replayed after any restore; keeps no reference."""

    __tablename__ = "tombstone"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    erased_at: Mapped[Moment]
    erased_by: Mapped[UUID | None]


class LegalHold(Base):
    """While it stands, this person's record may not be erased. `reason` is sealed."""

    __tablename__ = "legal_hold"

    id: Mapped[Key]
    person_id: Mapped[PersonRef]
    placed_at: Mapped[Moment]
    placed_by: Mapped[UUID | None]
    reason: Mapped[SealedValue]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[UUID | None]


class BackupRun(Base):
    """One backup. `verified_at` is set when it was restored into a scratch database and fitted."""

    __tablename__ = "backup_run"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[Moment]
    verified_at: Mapped[datetime | None]
    rows: Mapped[int]
