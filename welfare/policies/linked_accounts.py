"""The account behind a link: somebody who never chose a password has one all the same.

Nobody knows its name, and no password ever matches. It signs what its owner does.
"""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from models import trail
from models.base import new_key
from models.tables.accounts import Account, Post
from models.vocabulary import Act, Role
from welfare.policies.actor import Actor
from welfare.policies.addressees import NO_PASSWORD, Addressee
from welfare.policies.posts import held_posts

DIGEST_BYTES = 32


def member_post(session: Session, *, who: Addressee, at: datetime) -> Post:
    """The Post in which they act as themselves, made with its account where there is none.

    The caller holds the lock on the person's row.
    """
    account = who.account or _new_account(session, who, at)
    account.used_at = account.used_at or at
    for post in held_posts(session, account_id=account.id, today=at.date()):
        if post.role is Role.MEMBER:
            return post
    return _new_post(session, account, who, at)


def _new_account(session: Session, who: Addressee, at: datetime) -> Account:
    account = Account(
        id=new_key(),
        person_id=who.person.id,
        login_digest=secrets.token_bytes(DIGEST_BYTES),
        password_hash=NO_PASSWORD,
        must_change_password=False,
        created_at=at,
    )
    session.add(account)
    session.flush()
    _record(session, Act.ACCOUNT_CREATED, account, at)
    return account


def _new_post(session: Session, account: Account, who: Addressee, at: datetime) -> Post:
    post = Post(
        id=new_key(),
        account_id=account.id,
        unit_id=who.person.unit_id,
        role=Role.MEMBER,
        from_day=at.date(),
        confirmed_at=at,
    )
    post.unit = who.person.unit
    session.add(post)
    session.flush()
    _record(session, Act.POST_GIVEN, account, at)
    return post


def _record(session: Session, act: Act, account: Account, at: datetime) -> None:
    by = Actor(account.id, account.person_id)
    trail.record(session, by=by, act=act, at=at, person_id=account.person_id, subject=account)
