"""One person who was enrolled twice: which two records became one, and how to part them again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, Key16, Moment
from models.tables.columns import PersonRef, SealedValue


class Merge(Base):
    """`person_id` goes on, `other_id` was the second record. `content` seals which rows moved.

    Asked for (`made`), carried out when a second administrator confirms, and ended (`undone`):
    parted again, or refused if it was never confirmed. While it is in force `content` holds the
    second record's own key, too, and nothing else does.
    """

    __tablename__ = "person_merge"
    __table_args__ = (
        CheckConstraint("person_id <> other_id", name="of_two"),
        CheckConstraint(
            "confirmed_at IS NOT NULL OR confirmed_by IS NULL", name="confirmed_has_moment"
        ),
        CheckConstraint("undone_at IS NOT NULL OR undone_by IS NULL", name="undone_has_moment"),
    )

    id: Mapped[Key]
    person_id: Mapped[PersonRef]
    other_id: Mapped[UUID] = mapped_column(Key16, ForeignKey("person.id"), index=True)
    made_at: Mapped[Moment]
    made_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None]
    content: Mapped[SealedValue]

    @property
    def is_waiting(self) -> bool:
        return self.confirmed_at is None and self.undone_at is None

    @property
    def is_in_force(self) -> bool:
        return self.confirmed_at is not None and self.undone_at is None
