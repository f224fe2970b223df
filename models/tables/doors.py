"""What opens the door beside a password: second factors, known devices, links sent once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, Moment, words
from models.tables.columns import AccountRef, Digest, PersonRef, SealedValue
from models.vocabulary import ChallengePurpose, InvitationPurpose, LinkEnding


class TotpSecret(Base):
    """The secret of an authenticator app, sealed. `last_step` makes each code work once."""

    __tablename__ = "totp_secret"

    id: Mapped[Key]
    account_id: Mapped[AccountRef]
    person_id: Mapped[PersonRef]
    secret: Mapped[SealedValue]
    made_at: Mapped[Moment]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)


class Passkey(Base):
    """A credential of a phone, laptop or security key. Only its public half is here."""

    __tablename__ = "passkey"

    id: Mapped[Key]
    account_id: Mapped[AccountRef]
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(2048))
    sign_count: Mapped[int]
    device: Mapped[str | None] = mapped_column(String(40))
    made_at: Mapped[Moment]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """One of ten codes on paper, each good for one sign-in. Only a keyed digest is kept."""

    __tablename__ = "recovery_code"

    id: Mapped[Key]
    account_id: Mapped[AccountRef]
    digest: Mapped[Digest] = mapped_column(unique=True)
    made_at: Mapped[Moment]
    used_at: Mapped[datetime | None]


class Challenge(Base):
    """Random bytes that a passkey signs, once. Without an account it is for anybody's passkey."""

    __tablename__ = "challenge"

    id: Mapped[Key]
    account_id: Mapped[UUID | None]
    purpose: Mapped[ChallengePurpose] = mapped_column(words(ChallengePurpose, checked=False))
    value: Mapped[bytes] = mapped_column(LargeBinary(64))
    made_at: Mapped[Moment]
    used_at: Mapped[datetime | None]


class KnownDevice(Base):
    """A browser in which its owner signed in before: an attack elsewhere does not lock it out."""

    __tablename__ = "known_device"

    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[AccountRef]
    made_at: Mapped[Moment]
    seen_at: Mapped[Moment]


class Invitation(Base):
    """A link that works once: to join, or to choose a new password.

    The token is derived from the id and the key file, so that a stolen table opens nothing.
    `code_digest` belongs to a spoken code, told by somebody else than who hands over the link.
    For a Post that reads about others `confirmed_by` is a second administrator.
    """

    __tablename__ = "invitation"

    id: Mapped[Key]
    account_id: Mapped[AccountRef]
    purpose: Mapped[InvitationPurpose] = mapped_column(words(InvitationPurpose, checked=False))
    made_at: Mapped[Moment]
    made_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None]
    expires_at: Mapped[Moment]
    code_digest: Mapped[Digest | None]
    failures: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    closed_for: Mapped[LinkEnding | None] = mapped_column(words(LinkEnding, checked=False))
