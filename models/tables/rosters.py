"""Rosters: a file that waits for a yes, what an import came to, and what it did to each person."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, Moment, words
from models.tables.columns import AccountRef, Digest, PersonRef, SealedValue, UnitRef
from models.tables.places import Unit
from models.vocabulary import RosterKind


class RosterUpload(Base):
    """A file between its dry run and the yes, sealed with a key of the site; gone after a day.

    `seen` is a keyed digest of the dry run that was shown: nothing else may be applied.
    """

    __tablename__ = "roster_upload"

    id: Mapped[Key]
    unit_id: Mapped[UnitRef]
    account_id: Mapped[AccountRef]
    made_at: Mapped[Moment] = mapped_column(index=True)
    new_missions: Mapped[bool]
    content: Mapped[SealedValue]
    seen: Mapped[Digest]


class RosterImport(Base):
    """One roster that was applied. `file_digest` knows the same file again."""

    __tablename__ = "roster_import"
    __table_args__ = (
        CheckConstraint("undone_at IS NOT NULL OR undone_by IS NULL", name="undone_has_moment"),
    )

    id: Mapped[Key]
    unit_id: Mapped[UnitRef]
    made_at: Mapped[Moment] = mapped_column(index=True)
    made_by: Mapped[UUID | None]  # no reference: the console has no account
    file_digest: Mapped[Digest] = mapped_column(index=True)
    people_new: Mapped[int]
    people_changed: Mapped[int]
    people_unchanged: Mapped[int]
    people_absent: Mapped[int]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None]
    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)


class RosterChange(Base):
    """What an import did to one person. `before` seals every value with the one it replaced.

    Of somebody who was taken back nothing stays, so this row goes with them.
    """

    __tablename__ = "roster_change"
    __table_args__ = (UniqueConstraint("import_id", "person_id"),)

    id: Mapped[Key]
    import_id: Mapped[UUID] = mapped_column(ForeignKey("roster_import.id"))
    person_id: Mapped[PersonRef]
    line: Mapped[int]  # of the file
    kind: Mapped[RosterKind] = mapped_column(words(RosterKind))
    before: Mapped[SealedValue]
    undone_at: Mapped[datetime | None]
