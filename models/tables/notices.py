"""What command was told, what the person is told later, and what the person asks about readers."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, Moment, words
from models.tables.columns import AccountRef, PersonRef, SealedValue, UnitRef
from models.tables.places import Unit
from models.vocabulary import Act, Role


class CommandNotice(Base):
    """Command was told something about a person, by a human: sent by nothing here. `content`
    seals the ground, what was asked, to whom, and every sentence as it was told."""

    __tablename__ = "command_notice"

    id: Mapped[Key]
    person_id: Mapped[PersonRef]
    unit_id: Mapped[UnitRef]
    by_id: Mapped[AccountRef]
    at: Mapped[Moment]
    content: Mapped[SealedValue]
    told_at: Mapped[datetime | None]  # when the person was told
    unit: Mapped[Unit] = relationship(lazy="joined")


class DelayedNotice(Base):
    """The person is told of one of these two later, at the latest at `until_at`.

    It holds only while it is neither refused nor overdue: without a second person's yes by
    `review_by` the person sees everything. `from_at`: since when acts of the one who opened the
    record wait with it. `content` seals why, `decision` the words of the second person.
    """

    __tablename__ = "delayed_notice"
    __table_args__ = (
        CheckConstraint("(glass_id IS NULL) <> (notice_id IS NULL)", name="about_one_thing"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("(decided_at IS NULL) = (is_upheld IS NULL)", name="decided_is_yes_or_no"),
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="second_person"),
    )

    id: Mapped[Key]
    person_id: Mapped[PersonRef]
    unit_id: Mapped[UnitRef]
    glass_id: Mapped[UUID | None] = mapped_column(ForeignKey("break_glass.id"), index=True)
    notice_id: Mapped[UUID | None] = mapped_column(ForeignKey("command_notice.id"), index=True)
    asked_by: Mapped[AccountRef]
    asked_at: Mapped[Moment]
    from_at: Mapped[Moment]
    until_at: Mapped[Moment]
    review_by: Mapped[Moment]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    is_upheld: Mapped[bool | None]
    content: Mapped[SealedValue]
    decision: Mapped[SealedValue | None]
    # Not as an inner join: queries look for delays of notices that mostly have none.
    unit: Mapped[Unit] = relationship(lazy="joined")


class EntryQuestion(Base):
    """The person asks about one line of their readers: who, in which role, what, on which day.

    `question` and `reply` seal the words. `next_tell_at`: when somebody is told that it waits;
    None once it does not. `late_at`: since when the clinic lead may reply as well.
    """

    __tablename__ = "entry_question"
    __table_args__ = (
        CheckConstraint("(replied_at IS NULL) = (reply IS NULL)", name="replied_with_words"),
        CheckConstraint("replied_by IS NULL OR replied_by <> reader_id", name="second_person"),
        Index("ix_entry_question_next_tell_at", "next_tell_at"),
    )

    id: Mapped[Key]
    person_id: Mapped[PersonRef]
    unit_id: Mapped[UnitRef]
    reader_id: Mapped[AccountRef]
    role: Mapped[Role | None] = mapped_column(words(Role, checked=False))
    act: Mapped[Act] = mapped_column(words(Act, checked=False))
    day: Mapped[date]
    asked_at: Mapped[Moment]
    due_at: Mapped[Moment]
    next_tell_at: Mapped[datetime | None]
    late_at: Mapped[datetime | None]
    replied_at: Mapped[datetime | None]
    replied_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    question: Mapped[SealedValue]
    reply: Mapped[SealedValue | None]
    unit: Mapped[Unit] = relationship(lazy="joined")
