"""Told: frozen tables for command, who approved them, and the privacy budget they spent."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, Moment, words
from models.tables.columns import AccountRef, PersonRef, UnitRef
from models.tables.places import Unit
from models.vocabulary import ReleaseDecision, Role


class Release(Base):
    """Computed once, never changed (a trigger insists). Visible when two people approved it.

    `code` is one of `Measure`; `epsilon` is an exact fraction such as "1/2"; `input_mac` is keyed,
    so it reveals nothing; `report` is what the gate's attacks found, as JSON.
    """

    __tablename__ = "release"
    __table_args__ = (
        UniqueConstraint("code", "unit_id", "period_from", "period_until"),
        CheckConstraint("period_until > period_from", name="period_runs_forward"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40))
    unit_id: Mapped[UnitRef]
    period_from: Mapped[date]
    period_until: Mapped[date]
    computed_at: Mapped[Moment]
    mechanism: Mapped[str] = mapped_column(String(80))
    epsilon: Mapped[str] = mapped_column(String(20))
    smallest_roster: Mapped[int]
    input_mac: Mapped[bytes] = mapped_column(LargeBinary(32))
    report: Mapped[str] = mapped_column(Text)
    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)


class ReleaseCell(Base):
    """One unit's figure. A noisy `count` may be below 0 or above the roster.

    No figure: all of count, low, high and band are empty, whatever the reason.
    `low` and `high` are per cent (0-100), the 90 % interval with the noise in it; of a programme
    fact, which is exact (`band` says so), both are the share itself.
    """

    __tablename__ = "release_cell"
    __table_args__ = (
        UniqueConstraint("release_id", "unit_id"),
        CheckConstraint(
            "(count IS NULL) = (low IS NULL) AND (count IS NULL) = (high IS NULL)"
            " AND (count IS NULL) = (band IS NULL)",
            name="whole_or_withheld",
        ),
    )

    id: Mapped[Key]
    release_id: Mapped[UUID] = mapped_column(ForeignKey("release.id"))
    unit_id: Mapped[UnitRef]
    unit_name: Mapped[str] = mapped_column(String(120))
    unit_path: Mapped[str] = mapped_column(String(64), index=True)
    roster: Mapped[int]
    count: Mapped[int | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    band: Mapped[str | None] = mapped_column(String(40))


class ReleaseApproval(Base):
    """One role's word on one release. Both approve and command may see it; one no ends it."""

    __tablename__ = "release_approval"
    __table_args__ = (UniqueConstraint("release_id", "role"),)

    id: Mapped[Key]
    release_id: Mapped[UUID] = mapped_column(ForeignKey("release.id"))
    role: Mapped[Role] = mapped_column(words(Role))
    account_id: Mapped[AccountRef]
    decision: Mapped[ReleaseDecision] = mapped_column(words(ReleaseDecision))
    reason: Mapped[str | None] = mapped_column(String(400))
    decided_at: Mapped[datetime]


class LedgerEntry(Base):
    """What one release spent of one person's privacy budget. Append-only (a trigger insists)."""

    __tablename__ = "ledger_entry"
    __table_args__ = (UniqueConstraint("release_id", "person_id"),)

    id: Mapped[Key]
    release_id: Mapped[UUID] = mapped_column(ForeignKey("release.id"))
    person_id: Mapped[PersonRef]
    day: Mapped[date]
    epsilon: Mapped[str] = mapped_column(String(20))
