"""Programmes that a site wrote itself, and which programme a contingent follows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, Key16, Moment
from models.tables.places import Unit


class SiteProgramme(Base):
    """One version of a programme, as the text of its file. It never changes once confirmed.

    A change of gates, cut-points or clocks waits for a second person.
    """

    __tablename__ = "site_programme"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        CheckConstraint("confirmed_at IS NULL OR refused_at IS NULL", name="decided_once"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text())
    made_at: Mapped[Moment]
    made_by: Mapped[UUID | None]  # no reference: the console has no account
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None]
    refused_at: Mapped[datetime | None]
    refused_by: Mapped[UUID | None]


class Contingent(Base):
    """What a nation's contingent has of its own; its contacts stand in `crisis_contact`.

    `programme` is a code; its newest version counts for deployments recorded from then on.
    `zone`: by which clock its people live; None: by that of the contingent above, else UTC.
    `quiet_from`, `quiet_until`: minutes after midnight there; None: letters leave at any hour.
    """

    __tablename__ = "contingent"
    __table_args__ = (
        CheckConstraint(
            "(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet_hours_begin_and_end"
        ),
    )

    unit_id: Mapped[UUID] = mapped_column(Key16, ForeignKey("unit.id"), primary_key=True)
    nation: Mapped[str] = mapped_column(String(80))
    programme: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    zone: Mapped[str | None] = mapped_column(String(40))
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)
