"""Which Posts need a second factor, and what of one an account has."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models import trail, vault
from models.base import new_key
from models.tables.accounts import Account, Post
from models.tables.doors import Passkey, RecoveryCode, TotpSecret
from models.vocabulary import Act, Role
from welfare.policies.posts import held_posts

SECRET_SIZE = 128  # bytes, padded
# A member reads about nobody but themselves; everybody else can read about others.
WITHOUT_SECOND_FACTOR = frozenset({Role.MEMBER})


def needs_proof(role: Role | None) -> bool:
    return role is not None and role not in WITHOUT_SECOND_FACTOR


def has_factor(account_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Does this account have an authenticator app or a passkey? For a query."""
    return or_(
        exists().where(TotpSecret.account_id == account_id, TotpSecret.confirmed_at.is_not(None)),
        exists().where(Passkey.account_id == account_id),
    )


def count_factors(session: Session, *, account_id: UUID) -> int:
    """Confirmed apps and passkeys. Recovery codes are for the day on which these are lost."""
    apps = select(func.count(TotpSecret.id)).where(
        TotpSecret.account_id == account_id, TotpSecret.confirmed_at.is_not(None)
    )
    keys = select(func.count(Passkey.id)).where(Passkey.account_id == account_id)
    return session.scalars(apps).one() + session.scalars(keys).one()


def must_keep_one(session: Session, *, account_id: UUID, at: datetime) -> bool:
    """Does a Post that is held today need a second factor?"""
    posts: list[Post] = list(held_posts(session, account_id=account_id, today=at.date()))
    return any(needs_proof(post.role) for post in posts)


def keep_app(
    session: Session,
    *,
    account: Account,
    secret: str,
    at: datetime,
    confirmed_at: datetime | None = None,
) -> TotpSecret:
    """An authenticator app with this secret, sealed. It counts from when it is confirmed."""
    app = TotpSecret(
        id=new_key(),
        account_id=account.id,
        person_id=account.person_id,
        made_at=at,
        confirmed_at=confirmed_at,
    )
    key = vault.key_for(session, person_id=account.person_id)
    app.secret = vault.sealed(key, app, "secret", secret, size=SECRET_SIZE)
    session.add(app)
    return app


def forget_factors(session: Session, *, by: trail.Signature, account: Account, at: datetime) -> int:
    """Remove everything beside the password, for somebody who has lost it all. Returns how many.

    Asks no permission: it belongs to an act that two people stand for.
    """
    removed = count_factors(session, account_id=account.id)
    for table in (TotpSecret, Passkey, RecoveryCode):
        session.execute(delete(table).where(table.account_id == account.id))
    trail.record(session, by=by, act=Act.FACTOR_REMOVED, at=at, subject=account)
    return removed
