"""Noticed and cared for: alerts with a clock, attempts to reach the person, cases, notes."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, Moment, words
from models.tables.columns import AccountRef, PersonRef, SealedValue, UnitRef
from models.tables.places import Unit
from models.vocabulary import AlertKind, AlertStatus, CaseStatus


class Alert(Base):
    """Something a named human must see: a critical answer, or somebody asking for a call.

    `detail` seals which answer it was, or what the caller left for the call; `acuity` what the
    person told of how pressing it is. `overdue_at`: when it was passed on because nobody had
    reached them in time.

    `owner_id` must act; `cover_id` was the owner before it was handed on. Both may read the
    record while the alert is open. Only an alert without any clinician on site has no owner.
    """

    __tablename__ = "alert"
    __table_args__ = (
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_has_moment"),
        CheckConstraint("(status = 'closed') = (outcome IS NOT NULL)", name="closed_has_outcome"),
        CheckConstraint(
            "(kind = 'critical_answer') = (screening_id IS NOT NULL)", name="answer_has_screening"
        ),
        CheckConstraint("(status = 'historic') = (due_at IS NULL)", name="only_historic_no_clock"),
        CheckConstraint(
            "(acknowledged_at IS NULL) = (acknowledged_by IS NULL)",
            name="acknowledged_by_someone",
        ),
        CheckConstraint(
            "status IN ('raised', 'historic') OR acknowledged_at IS NOT NULL",
            name="worked_was_acknowledged",
        ),
        Index("ix_alert_nudge", "status", "next_nudge_at"),
        Index("ix_alert_owner_status", "owner_id", "status"),
    )

    id: Mapped[Key]
    person_id: Mapped[PersonRef]
    kind: Mapped[AlertKind] = mapped_column(
        words(AlertKind, checked=False), default=AlertKind.CRITICAL_ANSWER
    )
    screening_id: Mapped[UUID | None] = mapped_column(ForeignKey("screening.id"), index=True)
    unit_id: Mapped[UnitRef]
    status: Mapped[AlertStatus] = mapped_column(words(AlertStatus))
    raised_at: Mapped[Moment]
    due_at: Mapped[datetime | None]
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    cover_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    acknowledged_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    acknowledged_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    nudges: Mapped[int] = mapped_column(default=0)
    next_nudge_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    overdue_at: Mapped[datetime | None]
    detail: Mapped[SealedValue]
    outcome: Mapped[SealedValue | None]
    acuity: Mapped[SealedValue | None]
    version: Mapped[int] = mapped_column()
    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}  # SQLAlchemy's shape

    @property
    def is_live(self) -> bool:
        return self.status in (AlertStatus.RAISED, AlertStatus.ACKNOWLEDGED)


class ContactAttempt(Base):
    """Somebody tried to reach the person; `content` seals how, with what result, and words.

    `next_try_at`: when the same clinician means to try again.
    """

    __tablename__ = "contact_attempt"

    id: Mapped[Key]
    alert_id: Mapped[UUID] = mapped_column(ForeignKey("alert.id"), index=True)
    person_id: Mapped[PersonRef]
    by_id: Mapped[AccountRef]
    at: Mapped[Moment]
    next_try_at: Mapped[datetime | None]
    content: Mapped[SealedValue]


class Case(Base):
    """One period of care for one person by one clinician. Never deleted; it is closed.

    `second_id`: a second clinician who shares it and may read the record and sign notes.
    `held_until`: nothing is expected before that day. `ending` seals why it was closed.
    """

    __tablename__ = "care_case"
    __table_args__ = (
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_has_moment"),
        Index("ix_care_case_clinician_status", "clinician_id", "status"),
    )

    id: Mapped[Key]
    person_id: Mapped[PersonRef]
    unit_id: Mapped[UnitRef]
    clinician_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    status: Mapped[CaseStatus] = mapped_column(words(CaseStatus))
    opened_at: Mapped[Moment]
    closed_at: Mapped[datetime | None]
    second_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    held_until: Mapped[date | None]
    ending: Mapped[SealedValue | None]
    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)


class Note(Base):
    """Signed when written; there is no way to change one, only to add another (`addendum_to`)."""

    __tablename__ = "note"

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("care_case.id"), index=True)
    person_id: Mapped[PersonRef]
    author_id: Mapped[AccountRef]
    signed_at: Mapped[Moment]
    addendum_to: Mapped[UUID | None] = mapped_column(ForeignKey("note.id"))
    content: Mapped[SealedValue]
