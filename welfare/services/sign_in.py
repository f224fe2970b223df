"""Signing in: passwords, lock-out counters, server-side sessions, one active Post at a time."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from models import trail, vault
from models.sealing import blind_index, keyed_digest
from models.tables.accounts import Account, Post, SignInCounter, WebSession
from models.vocabulary import Act, Decision, Role
from welfare.errors import InputRefused, RecordNotFound, SignInRefused
from welfare.policies.actor import Actor, Machine
from welfare.policies.passwords import check_new_password, hashed, matches

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
KEEP = "keep"

# After how many failures in a row a subject waits, the first wait, and the longest.
LIMITS = {
    "account-network": (5, timedelta(seconds=30), timedelta(hours=1)),
    "account": (20, timedelta(minutes=1), timedelta(minutes=15)),
    "site": (500, timedelta(seconds=5), timedelta(minutes=1)),
}


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live session: who acts in which Post, and what the pages need to know of it."""

    actor: Actor
    unit_name: str
    must_change_password: bool
    has_other_posts: bool
    seen_at: datetime


def sign_in(session: Session, *, login: str, password: str, network: str, at: datetime) -> str:
    """A fresh session token. Raises SignInRefused, the same for every reason but the wait."""
    counters = _counters(session, login, network)
    waiting = [each.blocked_until for each in counters.values() if each.blocked_until]
    blocked = max((until for until in waiting if until > at), default=None)
    if blocked is not None:
        raise SignInRefused(wait_seconds=int((blocked - at).total_seconds()) + 1)
    digest = blind_index(vault.keys_of(session), "login", login)
    account = session.scalar(select(Account).where(Account.login_digest == digest))
    is_right = matches(account.password_hash if account else None, password)
    if account is None or not is_right or account.disabled_at is not None:
        _count_failure(session, counters, at)
        raise SignInRefused
    if counters["account-network"].failures:
        session.delete(counters["account-network"])
    post = _first_post(session, account, at.date())
    actor = Actor(account.id, account.person_id, post.role, post.unit.path)
    trail.record(session, by=actor, act=Act.SIGNED_IN, at=at, subject=account)
    return _open(session, account.id, post.id, created_at=at, at=at)


def find_session(
    session: Session, *, token: str, request_id: UUID, at: datetime
) -> SignedIn | None:
    """The live session of a token, or None if it is unknown, ended or too old. One query."""
    posts = select(func.count()).where(Post.account_id == Account.id, _is_held(at.date()))
    found = session.execute(
        select(WebSession, Account, Post, posts.scalar_subquery())
        .join(Account, Account.id == WebSession.account_id)
        .outerjoin(Post, and_(Post.id == WebSession.post_id, _is_held(at.date())))
        .where(
            WebSession.token_digest == _digest(token),
            WebSession.ended_at.is_(None),
            WebSession.seen_at > at - IDLE,
            WebSession.created_at > at - ABSOLUTE,
            Account.disabled_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        return None
    web_session, account, post, held = found
    actor = Actor(
        account_id=account.id,
        person_id=account.person_id,
        role=post.role if post else None,
        unit_path=post.unit.path if post else "",
        request_id=request_id,
    )
    return SignedIn(
        actor=actor,
        unit_name=post.unit.name if post else "",
        must_change_password=account.must_change_password,
        has_other_posts=held > (1 if post else 0),
        seen_at=web_session.seen_at,
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
    """Set a new password and end every session. Returns a fresh token. Raises InputRefused."""
    account = session.get_one(Account, actor.account_id)
    if not matches(account.password_hash, old):
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


def _counters(session: Session, login: str, network: str) -> dict[str, SignInCounter]:
    """One counter per subject, new ones not yet stored. Subjects are keyed digests."""
    key = vault.keys_of(session).derived("sign-in-counters")
    name = login.strip().casefold()
    texts = {"account-network": f"{name}|{network}", "account": name, "site": ""}
    subjects = {kind: keyed_digest(key, f"{kind}|{text}".encode()) for kind, text in texts.items()}
    stored = {
        each.subject: each
        for each in session.scalars(
            select(SignInCounter).where(SignInCounter.subject.in_(subjects.values()))
        )
    }
    return {
        kind: stored.get(subject, SignInCounter(subject=subject, failures=0))
        for kind, subject in subjects.items()
    }


def _count_failure(session: Session, counters: dict[str, SignInCounter], at: datetime) -> None:
    for kind, counter in counters.items():
        most, first_wait, longest = LIMITS[kind]
        counter.failures += 1
        counter.last_at = at
        if counter.failures >= most:
            doubled = first_wait * 2 ** min(counter.failures - most, 16)
            counter.blocked_until = at + min(doubled, longest)
        session.add(counter)
    trail.record(session, by=Machine(), act=Act.SIGN_IN_REFUSED, at=at, decision=Decision.REFUSED)
    session.info[KEEP] = True


def _is_held(today: date) -> ColumnElement[bool]:
    return (Post.from_day <= today) & or_(Post.until_day.is_(None), Post.until_day >= today)


def _held(session: Session, account_id: UUID, today: date) -> Sequence[Post]:
    return session.scalars(
        select(Post)
        .where(Post.account_id == account_id, _is_held(today))
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
