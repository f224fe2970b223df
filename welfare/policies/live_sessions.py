"""Rows of signed-in browsers: opened, renewed and ended. Only digests of tokens are kept."""

import secrets
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.tables.accounts import Account, WebSession
from welfare.errors import RecordNotFound
from welfare.policies.actor import Actor


def new_token() -> str:
    """256 bits."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    return sha256(token.encode()).digest()


def open_session(
    session: Session,
    *,
    account_id: UUID,
    post_id: UUID,
    at: datetime,
    device: str | None = None,
    proved_at: datetime | None = None,
    window_id: UUID | None = None,
) -> str:
    """A new session that was confirmed just now. Returns its token.

    `window_id`: a link opened it, for this window and nothing else.
    """
    token = new_token()
    session.add(
        WebSession(
            token_digest=digest(token),
            account_id=account_id,
            post_id=post_id,
            window_id=window_id,
            created_at=at,
            seen_at=at,
            fresh_at=at,
            proved_at=proved_at,
            device=device,
        )
    )
    return token


def own_session(session: Session, *, actor: Actor, token: str) -> WebSession:
    """The actor's own open session of this token. Raises RecordNotFound for any other."""
    stored = session.get(WebSession, digest(token))
    if stored is None or stored.account_id != actor.account_id or stored.ended_at is not None:
        raise RecordNotFound("no such session")
    return stored


def renew(stored: WebSession) -> str:
    """A fresh token for the same session; the old one is worth nothing from now on."""
    token = new_token()
    stored.token_digest = digest(token)
    return token


def end_token(session: Session, *, token: str, at: datetime) -> None:
    """Whoever signs in anew leaves the session that this browser had before."""
    stored = session.get(WebSession, digest(token)) if token else None
    if stored is not None and stored.ended_at is None:
        stored.ended_at = at


def end_all(session: Session, *, account_id: UUID, at: datetime, but: UUID | None = None) -> int:
    """End every open session of an account, or all but one. Returns how many.

    Signing in holds the account's row until it is over, so none opens unseen meanwhile.
    """
    session.execute(
        select(Account.id).where(Account.id == account_id).with_for_update(key_share=True)
    )
    ending = (
        update(WebSession)
        .where(WebSession.account_id == account_id, WebSession.ended_at.is_(None))
        .values(ended_at=at)
        .returning(WebSession.id)
    )
    if but is not None:
        ending = ending.where(WebSession.id != but)
    return len(session.scalars(ending).all())
