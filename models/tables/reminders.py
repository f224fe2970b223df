"""Asked by letter: links that open one window, and the letters that carry them, one row each."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, Moment, words
from models.tables.columns import PersonRef
from models.vocabulary import LinkEnding


class WindowLink(Base):
    """A link that opens one window once, for somebody without a password.

    The token is derived from the id and the key file, so that a stolen table opens nothing.
    `opened_at`: the page was looked at; `used_at`: its owner showed that it is them.
    """

    __tablename__ = "window_link"

    id: Mapped[Key]
    window_id: Mapped[UUID] = mapped_column(ForeignKey("window.id"), index=True)
    person_id: Mapped[PersonRef]
    made_at: Mapped[Moment]
    made_by: Mapped[UUID | None]  # no reference: jobs have no account
    expires_at: Mapped[Moment]
    failures: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    closed_for: Mapped[LinkEnding | None] = mapped_column(words(LinkEnding, checked=False))


class Reminder(Base):
    """One letter about one window. Its words and its address are made when it is sent.

    `day`: which day of the programme's schedule it is; None: somebody asked for it. The database
    refuses a second one for the same day. `lease_until`: a worker has it in hand until then.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("window_id", "day"),
        Index("ix_reminder_waiting", "sent_at", "next_try_at"),
    )

    id: Mapped[Key]
    window_id: Mapped[UUID] = mapped_column(ForeignKey("window.id"))
    person_id: Mapped[PersonRef]
    link_id: Mapped[UUID | None] = mapped_column(ForeignKey("window_link.id"), index=True)
    day: Mapped[int | None]
    asked_by: Mapped[UUID | None]
    written_at: Mapped[Moment]
    next_try_at: Mapped[Moment]
    tries: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
