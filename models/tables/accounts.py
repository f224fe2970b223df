"""Accounts: who may sign in, the Posts they hold, and the sessions they have open."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, Moment, new_key, words
from models.tables.columns import AccountRef, Digest
from models.tables.places import Unit
from models.vocabulary import PostEnding, Role


class Account(Base):
    """One way in for one person. The login name is kept as a blind index only.

    `used_at`: when its owner first signed in or chose a password. Never taken back: from then on
    there may be something of theirs in it.
    """

    __tablename__ = "account"

    id: Mapped[Key]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    login_digest: Mapped[Digest] = mapped_column(unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool]
    created_at: Mapped[Moment]
    disabled_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class Post(Base):
    """A role held in a unit (and all below it) for a time. A person acts in one at a time."""

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("account_id", "unit_id", "role", "from_day"),
        CheckConstraint("until_day IS NULL OR until_day >= from_day", name="ends_after_start"),
        Index("ix_post_unit_role", "unit_id", "role"),  # a unit has one lead among its thousands
    )

    id: Mapped[Key]
    account_id: Mapped[AccountRef]
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[Role] = mapped_column(words(Role))
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    given_by: Mapped[UUID | None]  # who asked for it; no reference, the console has no account
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]  # a Post that nobody has confirmed gives nothing
    closed_for: Mapped[PostEnding | None] = mapped_column(words(PostEnding, checked=False))
    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)

    def is_held(self, on: date) -> bool:
        is_begun = self.confirmed_at is not None and self.from_day <= on
        return is_begun and (self.until_day is None or on <= self.until_day)


class WebSession(Base):
    """A signed-in browser. Only a digest of its token is kept; `id` names it in lists.

    `proved_at`: when a second factor was given; `fresh_at`: when the owner last showed that it
    is them, which risky acts ask for again. `device` is a coarse word such as "Firefox, Android".
    `window_id`: it was opened by a link, for this window and nothing else.
    """

    __tablename__ = "web_session"

    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    id: Mapped[UUID] = mapped_column(default=new_key, unique=True)
    account_id: Mapped[AccountRef]
    post_id: Mapped[UUID] = mapped_column(ForeignKey("post.id"))
    window_id: Mapped[UUID | None] = mapped_column(ForeignKey("window.id"), index=True)
    created_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    fresh_at: Mapped[Moment]
    proved_at: Mapped[datetime | None]
    device: Mapped[str | None] = mapped_column(String(40))
    ended_at: Mapped[datetime | None]


class SignInCounter(Base):
    """Failed tries for one account, one account from one network, or the whole site."""

    __tablename__ = "sign_in_counter"

    subject: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[Moment]
    blocked_until: Mapped[datetime | None]
