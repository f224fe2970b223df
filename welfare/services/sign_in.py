"""Signing in: passwords, lock-out counters, server-side sessions, one active Post at a time."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from models import trail, vault
from models.sealing import blind_index
from models.tables.accounts import Account, Post, WebSession
from models.tables.places import Unit
from models.vocabulary import Act, Decision, Role
from welfare.errors import InputRefused, RecordNotFound, SignInRefused
from welfare.policies import lock_out
from welfare.policies.actor import Actor, Machine
from welfare.policies.passwords import check_new_password, hashed, matches

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
KEEP = "keep"


def _is_held(post: type[Post], today: date | BindParameter[date]) -> ColumnElement[bool]:
    return (post.from_day <= today) & or_(post.until_day.is_(None), post.until_day >= today)


TODAY: BindParameter[date] = bindparam("today")
EACH_POST = aliased(Post)
HELD_POSTS = (
    select(func.count(EACH_POST.id))
    .where(EACH_POST.account_id == Account.id, _is_held(EACH_POST, TODAY))
    .correlate(Account)
    .scalar_subquery()
)
# Asked with every page, so it is built once: building it costs more than running it.
LIVE_SESSION = (
    select(
        WebSession.seen_at,
        Account.id,
        Account.person_id,
        Account.must_change_password,
        Post.role,
        Unit.path,
        Unit.name,
        HELD_POSTS,
    )
    .join(Account, Account.id == WebSession.account_id)
    .outerjoin(Post, and_(Post.id == WebSession.post_id, _is_held(Post, TODAY)))
    .outerjoin(Unit, Unit.id == Post.unit_id)
    .where(
        WebSession.token_digest == bindparam("digest"),
        WebSession.ended_at.is_(None),
        WebSession.seen_at > bindparam("idle_since"),
        WebSession.created_at > bindparam("open_since"),
        Account.disabled_at.is_(None),
    )
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live session: who acts in which Post, and what the pages need to know of it."""

    actor: Actor
    unit_name: str
    must_change_password: bool
    has_other_posts: bool
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Checked:
    """A password compared with what was stored a moment ago."""

    stored: str | None
    is_right: bool


def check_password(
    session: Session, *, login: str, password: str, network: str, at: datetime
) -> Checked:
    """Compare, without changing anything: hashing takes long, so no lock may be held by it.

    Raises SignInRefused, before any hashing, for somebody who has to wait.
    """
    digest = _login_digest(session, login)
    lock_out.insist_on_no_wait(lock_out.counters_for(session, login=digest, network=network), at=at)
    account = _account(session, digest)
    stored = account.password_hash if account else None
    return Checked(stored, matches(stored, password))


def sign_in(session: Session, *, login: str, checked: Checked, network: str, at: datetime) -> str:
    """A fresh session token. Raises SignInRefused, the same for every reason but the wait."""
    digest = _login_digest(session, login)
    counters = lock_out.counters_for(session, login=digest, network=network)
    lock_out.insist_on_no_wait(counters, at=at)
    account = _account(session, digest)
    is_right = checked.is_right and account is not None and account.password_hash == checked.stored
    if account is None or not is_right or account.disabled_at is not None:
        _note_failure(session, counters, at)
        raise SignInRefused
    lock_out.forget_failures(session, counters)
    post = _first_post(session, account, at.date())
    actor = Actor(account.id, account.person_id, post.role, post.unit.path)
    trail.record(session, by=actor, act=Act.SIGNED_IN, at=at, subject=account)
    return _open(session, account.id, post.id, created_at=at, at=at)


def find_session(
    session: Session, *, token: str, request_id: UUID, at: datetime
) -> SignedIn | None:
    """The live session of a token, or None if it is unknown, ended or too old. One query."""
    found = (
        session.connection()
        .execute(
            LIVE_SESSION,
            {
                "digest": _digest(token),
                "today": at.date(),
                "idle_since": at - IDLE,
                "open_since": at - ABSOLUTE,
            },
        )
        .one_or_none()
    )
    if found is None:
        return None
    seen_at, account_id, person_id, must_change, role, path, unit_name, held = found
    return SignedIn(
        actor=Actor(account_id, person_id, role, path or "", request_id),
        unit_name=unit_name or "",
        must_change_password=must_change,
        has_other_posts=held > (0 if role is None else 1),
        seen_at=seen_at,
    )


def list_posts(session: Session, *, actor: Actor, today: date) -> Sequence[Post]:
    """The own Posts that are held today."""
    return _held(session, actor.account_id, today)


def note_seen(session: Session, *, token: str, at: datetime) -> None:
    """The session is in use. Written in its own transaction, at most once a minute."""
    stored = session.get(WebSession, _digest(token))
    if stored is not None and stored.ended_at is None:
        stored.seen_at = at


def sign_out(session: Session, *, actor: Actor, token: str, at: datetime) -> None:
    """End the session for good; its token is worth nothing afterwards."""
    stored = session.get(WebSession, _digest(token))
    if stored is None or stored.account_id != actor.account_id:
        raise RecordNotFound("no such session")
    stored.ended_at = at
    trail.record(session, by=actor, act=Act.SIGNED_OUT, at=at)


def switch_post(session: Session, *, actor: Actor, token: str, post_id: UUID, at: datetime) -> str:
    """Act in another own Post. The old token ends; returns the new one."""
    post = session.get(Post, post_id)
    if post is None or post.account_id != actor.account_id or not post.is_held(at.date()):
        raise RecordNotFound("no such post")
    stored = session.get(WebSession, _digest(token))
    if stored is None or stored.account_id != actor.account_id:
        raise RecordNotFound("no such session")
    stored.ended_at = at
    trail.record(session, by=actor, act=Act.POST_SWITCHED, at=at, subject=post)
    return _open(session, actor.account_id, post.id, created_at=stored.created_at, at=at)


def change_password(
    session: Session, *, actor: Actor, old: str, new: str, token: str, at: datetime
) -> str:
    """Set a new password and end every session. Returns a fresh token.

    Raises InputRefused; SignInRefused for somebody who has guessed too often.
    """
    account = session.get_one(Account, actor.account_id)
    counters = lock_out.counters_for(session, login=account.login_digest, network="")
    lock_out.insist_on_no_wait(counters, at=at)
    if not matches(account.password_hash, old):
        _note_failure(session, counters, at)
        raise InputRefused({"old": "wrong"})
    check_new_password(new)
    if old == new:
        raise InputRefused({"new": "same"})
    account.password_hash = hashed(new)
    account.must_change_password = False
    current = session.get_one(WebSession, _digest(token))
    for stored in session.scalars(
        select(WebSession).where(WebSession.account_id == account.id, WebSession.ended_at.is_(None))
    ):
        stored.ended_at = at
    trail.record(session, by=actor, act=Act.PASSWORD_CHANGED, at=at, subject=account)
    return _open(session, account.id, current.post_id, created_at=current.created_at, at=at)


def _login_digest(session: Session, login: str) -> bytes:
    return blind_index(vault.keys_of(session), "login", login)


def _account(session: Session, digest: bytes) -> Account | None:
    return session.scalar(select(Account).where(Account.login_digest == digest))


def _held(session: Session, account_id: UUID, today: date) -> Sequence[Post]:
    return session.scalars(
        select(Post)
        .where(Post.account_id == account_id, _is_held(Post, today))
        .order_by(Post.from_day, Post.id)
    ).all()


def _first_post(session: Session, account: Account, today: date) -> Post:
    """People with duties start in them; everyone else starts as themselves."""
    posts = _held(session, account.id, today)
    if not posts:
        raise SignInRefused
    duties = [post for post in posts if post.role is not Role.MEMBER]
    return duties[0] if duties else posts[0]


def _open(
    session: Session,
    account_id: UUID,
    post_id: UUID,
    *,
    created_at: datetime,
    at: datetime,
) -> str:
    token = secrets.token_urlsafe(32)
    session.add(
        WebSession(
            token_digest=_digest(token),
            account_id=account_id,
            post_id=post_id,
            created_at=created_at,
            seen_at=at,
        )
    )
    return token


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()


def _note_failure(session: Session, counters: lock_out.Counters, at: datetime) -> None:
    """Counted and in the trail, although the answer is a refusal."""
    lock_out.count_failure(session, counters, at=at)
    trail.record(session, by=Machine(), act=Act.SIGN_IN_REFUSED, at=at, decision=Decision.REFUSED)
    session.info[KEEP] = True
