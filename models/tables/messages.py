"""Messages between people and those who care for them; notebooks that nobody else reads."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, Moment, words
from models.tables.columns import AccountRef, PersonRef, SealedValue, UnitRef
from models.tables.places import Unit
from models.vocabulary import MessageEnding


class Message(Base):
    """One message of a thread; `words` are sealed. A person has one thread.

    From the person: `to_id` must see to it until it is settled, by `due_at`; `overdue_at` is when
    the clinic lead was told. A reply (`reply_to`) is to the person and waits for nobody.
    """

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("(settled_at IS NULL) = (ending IS NULL)", name="settled_has_ending"),
        Index("ix_message_waiting", "settled_at", "next_nudge_at"),
    )

    id: Mapped[Key]
    person_id: Mapped[PersonRef]
    unit_id: Mapped[UnitRef]
    author_id: Mapped[AccountRef]
    to_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    is_from_person: Mapped[bool]
    reply_to: Mapped[UUID | None] = mapped_column(ForeignKey("message.id"))
    sent_at: Mapped[Moment]
    read_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    next_nudge_at: Mapped[datetime | None]
    nudges: Mapped[int] = mapped_column(default=0)
    overdue_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    ending: Mapped[MessageEnding | None] = mapped_column(words(MessageEnding, checked=False))
    content: Mapped[SealedValue]
    version: Mapped[int] = mapped_column()
    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}  # SQLAlchemy's shape

    @property
    def is_waiting(self) -> bool:
        return self.is_from_person and self.settled_at is None


class NotebookEntry(Base):
    """What somebody writes down for themselves alone."""

    __tablename__ = "notebook_entry"

    id: Mapped[Key]
    person_id: Mapped[PersonRef]
    written_at: Mapped[Moment]
    changed_at: Mapped[datetime | None]
    content: Mapped[SealedValue]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # SQLAlchemy's shape
