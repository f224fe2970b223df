"""The trail: who did what to which record, when, in which role; and the site's own mark."""

from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, Moment, words
from models.tables.columns import SealedValue
from models.vocabulary import Act, Decision, Role


class AuditEvent(Base):
    """Keeps no foreign keys, so that the trail outlives the records it tells of."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_person_at", "person_id", "at"),)

    id: Mapped[Key]
    at: Mapped[Moment] = mapped_column(index=True)
    act: Mapped[Act] = mapped_column(words(Act, checked=False))
    decision: Mapped[Decision] = mapped_column(words(Decision))
    actor_id: Mapped[UUID | None]
    role: Mapped[Role | None] = mapped_column(words(Role))
    person_id: Mapped[UUID | None]
    resource: Mapped[str | None] = mapped_column(String(40))
    resource_id: Mapped[UUID | None]
    request_id: Mapped[UUID]


class Site(Base):
    """One row: a sealed mark that opens only with this site's key file."""

    __tablename__ = "site"

    id: Mapped[Key]
    wrapping_id: Mapped[str] = mapped_column(String(40))
    mark: Mapped[SealedValue]
