"""What people agreed to: one row for each time somebody said yes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, column
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, Moment, words
from models.tables.columns import AccountRef, PersonRef
from models.vocabulary import ConsentPurpose, ConsentWay

IS_IN_FORCE = column("withdrawn_at").is_(None)


class Consent(Base):
    """In force until it is withdrawn; at most one of a person for a purpose is in force.

    `given_by`, `withdrawn_by`: the person's own account, or that of the clinician who was told.
    """

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by_someone"
        ),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_how IS NULL)", name="withdrawn_somehow"
        ),
        Index(
            "uq_consent_in_force",
            "person_id",
            "purpose",
            unique=True,
            sqlite_where=IS_IN_FORCE,
            postgresql_where=IS_IN_FORCE,
        ),
    )

    id: Mapped[Key]
    person_id: Mapped[PersonRef]
    purpose: Mapped[ConsentPurpose] = mapped_column(words(ConsentPurpose, checked=False))
    given_at: Mapped[Moment]
    given_how: Mapped[ConsentWay] = mapped_column(words(ConsentWay, checked=False))
    given_by: Mapped[AccountRef]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_how: Mapped[ConsentWay | None] = mapped_column(words(ConsentWay, checked=False))
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
