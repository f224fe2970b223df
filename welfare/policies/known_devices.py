"""Browsers in which somebody has signed in before: an attack from elsewhere does not block them."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.tables.doors import KnownDevice
from welfare.policies.live_sessions import digest, new_token

KEPT = timedelta(days=180)
MOST = 20  # for each account


def known_device(
    session: Session, *, token: str, account_id: UUID | None, at: datetime
) -> bytes | None:
    """The digest of a device of this account; None for a stranger's, an old, or no token."""
    stored = session.get(KnownDevice, digest(token)) if token else None
    if stored is None or stored.account_id != account_id or stored.seen_at < at - KEPT:
        return None
    return stored.token_digest


def remember(session: Session, *, token: str, account_id: UUID, at: datetime) -> str:
    """Somebody has come in completely: this browser is theirs. Returns the token it keeps."""
    session.execute(
        delete(KnownDevice).where(
            KnownDevice.account_id == account_id, KnownDevice.seen_at < at - KEPT
        )
    )
    stored = session.get(KnownDevice, digest(token)) if token else None
    if stored is not None and stored.account_id == account_id:
        stored.seen_at = at
        return token
    _make_room(session, account_id)
    fresh = new_token()
    session.add(
        KnownDevice(token_digest=digest(fresh), account_id=account_id, made_at=at, seen_at=at)
    )
    return fresh


def _make_room(session: Session, account_id: UUID) -> None:
    """For one more: the newest stay."""
    newest = (
        select(KnownDevice.token_digest)
        .where(KnownDevice.account_id == account_id)
        .order_by(KnownDevice.seen_at.desc(), KnownDevice.token_digest)
        .limit(MOST - 1)
    )
    session.execute(
        delete(KnownDevice).where(
            KnownDevice.account_id == account_id, KnownDevice.token_digest.not_in(newest)
        )
    )


def forget_all(session: Session, *, account_id: UUID, but: str = "") -> None:
    """After a new password nobody else's browser is known any more."""
    forgotten = delete(KnownDevice).where(KnownDevice.account_id == account_id)
    if but:
        forgotten = forgotten.where(KnownDevice.token_digest != digest(but))
    session.execute(forgotten)
