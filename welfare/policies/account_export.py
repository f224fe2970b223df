"""What an export says of an account. What opens the door is named, and never given away."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables.accounts import Account, Post, WebSession
from models.tables.doors import Invitation, KnownDevice, Passkey, TotpSecret
from models.tables.letters import Letter
from welfare.policies.export_words import Shown, fields, text


def of_account(session: Session, account: Account | None) -> Shown | None:
    """No password, secret or token."""
    if account is None:
        return None

    def rows(table: Any, order: Any) -> Sequence[Any]:
        query = select(table).where(table.account_id == account.id).order_by(order)
        return session.scalars(query).all()

    letters = session.scalars(
        select(Letter).where(Letter.recipient_id == account.id).order_by(Letter.written_at)
    )
    return {
        "created_at": text(account.created_at),
        "disabled_at": text(account.disabled_at),
        "posts": fields(rows(Post, Post.from_day), "role from_day until_day"),
        "sessions": fields(
            rows(WebSession, WebSession.created_at), "created_at seen_at ended_at device"
        ),
        "passkeys": fields(rows(Passkey, Passkey.made_at), "device made_at used_at"),
        "authenticator_apps": fields(rows(TotpSecret, TotpSecret.made_at), "made_at confirmed_at"),
        "known_devices": fields(rows(KnownDevice, KnownDevice.made_at), "made_at seen_at"),
        "invitations": fields(rows(Invitation, Invitation.made_at), "purpose made_at used_at"),
        "letters": fields(letters, "kind written_at sent_at"),
    }
