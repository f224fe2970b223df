"""Where: units, missions, the contacts for a crisis, and who is on duty for a unit."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, Moment
from models.tables.columns import AccountRef, UnitRef

SEGMENT = 4  # digits of a unit's path per level; digits sort alike under every collation


class Unit(Base):
    """A node of the tree of units; a nation's contingent is its root.

    `path` is the parent's path and four digits more, so a subtree is one range of paths.
    """

    __tablename__ = "unit"

    id: Mapped[Key]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    path: Mapped[str] = mapped_column(String(64), unique=True)

    @property
    def depth(self) -> int:
        return len(self.path) // SEGMENT

    @property
    def line(self) -> list[str]:
        """The paths from the root down to this unit."""
        return [self.path[:end] for end in range(SEGMENT, len(self.path) + 1, SEGMENT)]


def after(path: str) -> str:
    """The first path that sorts after the whole subtree of `path`."""
    return path[:-SEGMENT] + f"{int(path[-SEGMENT:]) + 1:0{SEGMENT}d}"


class Mission(Base):
    """Where people are sent, on what mandate and legal base, and with which status there."""

    __tablename__ = "mission"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    site: Mapped[str] = mapped_column(String(120))
    mandate: Mapped[str] = mapped_column(String(500), default="", server_default="")
    legal_basis: Mapped[str] = mapped_column(String(500), default="", server_default="")
    status_agreement: Mapped[str] = mapped_column(String(500), default="", server_default="")
    engagement_rules: Mapped[str] = mapped_column(String(500), default="", server_default="")
    began_on: Mapped[date | None]
    ended_on: Mapped[date | None]


class CrisisContact(Base):
    """Somebody to turn to now: for one unit and all below it, in one language."""

    __tablename__ = "crisis_contact"
    __table_args__ = (UniqueConstraint("unit_id", "language", "name"),)

    id: Mapped[Key]
    unit_id: Mapped[UnitRef]
    mission_id: Mapped[UUID | None] = mapped_column(ForeignKey("mission.id"))
    language: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(40))
    hours: Mapped[str] = mapped_column(String(120))


class DutyRoster(Base):
    """One clinician on duty for a unit and all below it, from one moment to another."""

    __tablename__ = "duty_roster"
    __table_args__ = (
        CheckConstraint("until_at IS NULL OR until_at > from_at", name="ends_after_start"),
    )

    id: Mapped[Key]
    unit_id: Mapped[UnitRef]
    account_id: Mapped[AccountRef]
    from_at: Mapped[Moment] = mapped_column(index=True)
    until_at: Mapped[datetime | None]
