"""Signed-in browsers: found with every page, moved to another Post, listed and ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, and_, bindparam, case, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from models import trail
from models.tables.accounts import Account, Post, WebSession
from models.tables.people import Person
from models.tables.places import Unit
from models.vocabulary import Act, Role
from welfare.errors import RecordNotFound
from welfare.policies import known_devices
from welfare.policies.actor import Actor
from welfare.policies.contingents import zone_at
from welfare.policies.factors import has_factor, needs_proof
from welfare.policies.holders import find_holder, require_over
from welfare.policies.live_sessions import digest, end_all, own_session, renew
from welfare.policies.permissions import Permission
from welfare.policies.posts import held_posts, is_held

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
BY_LINK = timedelta(hours=2)  # of a session that a link opened: long enough for one window

TODAY: BindParameter[date] = bindparam("today")
EACH_POST = aliased(Post)
HELD_POSTS = (
    select(func.count(EACH_POST.id))
    .where(EACH_POST.account_id == Account.id, is_held(EACH_POST, TODAY))
    .correlate(Account)
    .scalar_subquery()
)
HOME = aliased(Unit)  # the unit of the person, which a roster may change without their Post
READ_AT = case((Post.role == Role.MEMBER, HOME.path), else_=func.coalesce(Unit.path, HOME.path))
# Asked with every page, so it is built once: building it costs more than running it.
LIVE_SESSION = (
    select(
        WebSession.id,
        WebSession.seen_at,
        WebSession.fresh_at,
        WebSession.proved_at,
        Account.id,
        Account.person_id,
        Account.must_change_password,
        Post.role,
        Unit.path,
        Unit.name,
        HELD_POSTS,
        case((WebSession.proved_at.is_(None), has_factor(WebSession.account_id)), else_=false()),
        WebSession.window_id,
        zone_at(READ_AT).correlate(Post, Unit, HOME).scalar_subquery(),
    )
    .join(Account, Account.id == WebSession.account_id)
    .join(Person, Person.id == Account.person_id)
    .join(HOME, HOME.id == Person.unit_id)
    .outerjoin(Post, and_(Post.id == WebSession.post_id, is_held(Post, TODAY)))
    .outerjoin(Unit, Unit.id == Post.unit_id)
    .where(
        WebSession.token_digest == bindparam("digest"),
        WebSession.ended_at.is_(None),
        WebSession.seen_at > bindparam("idle_since"),
        WebSession.created_at > bindparam("open_since"),
        or_(WebSession.window_id.is_(None), WebSession.created_at > bindparam("linked_since")),
        Account.disabled_at.is_(None),
    )
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live session: who acts in which Post, and what the pages need to know of it.

    While the Post needs a second factor, or the account has one, and none was given, the actor
    has no role, so nothing is granted; `waiting_role` is the role that is held back.
    `owes_proof`: the account has a second factor, and this session has not shown it. `zone`: by
    which clock pages speak, that of the Post's unit, of a member's own; None: nobody has chosen.
    """

    actor: Actor
    unit_name: str
    must_change_password: bool
    has_other_posts: bool
    seen_at: datetime
    session_id: UUID
    fresh_at: datetime
    is_proved: bool
    owes_proof: bool
    waiting_role: Role | None
    zone: str | None

    @property
    def is_by_link(self) -> bool:
        """Opened by a link, for one window and nothing else."""
        return self.actor.window_id is not None

    def is_fresh(self, within: timedelta, *, at: datetime) -> bool:
        """Has the owner shown that it is them, with all they have, this short a time ago? Two
        facts that came with a link are not all they have."""
        return not (self.owes_proof or self.is_by_link) and at - self.fresh_at <= within


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One line of the own list."""

    id: UUID
    device: str | None
    created_at: datetime
    seen_at: datetime
    is_this: bool


def find_session(
    session: Session, *, token: str, request_id: UUID, at: datetime
) -> SignedIn | None:
    """The live session of a token, or None if it is unknown, ended or too old. One query."""
    found = (
        session.connection()
        .execute(
            LIVE_SESSION,
            {
                "digest": digest(token),
                "today": at.date(),
                "idle_since": at - IDLE,
                "open_since": at - ABSOLUTE,
                "linked_since": at - BY_LINK,
            },
        )
        .one_or_none()
    )
    return None if found is None else _signed_in(found, request_id, at)


def note_seen(session: Session, *, token: str, at: datetime) -> None:
    """The session is in use. Written in its own transaction, at most once a minute."""
    stored = session.get(WebSession, digest(token))
    if stored is not None and stored.ended_at is None:
        stored.seen_at = at


def sign_out(session: Session, *, actor: Actor, token: str, at: datetime) -> None:
    """End the session for good; its token is worth nothing afterwards."""
    own_session(session, actor=actor, token=token).ended_at = at
    trail.record(session, by=actor, act=Act.SIGNED_OUT, at=at)


def list_posts(session: Session, *, actor: Actor, today: date) -> Sequence[Post]:
    """The own Posts that are held today."""
    return held_posts(session, account_id=actor.account_id, today=today)


def switch_post(session: Session, *, actor: Actor, token: str, post_id: UUID, at: datetime) -> str:
    """Act in another own Post. The old token ends; returns the new one.

    A second factor given before still counts; one that was not is asked for when it is needed.
    """
    post = session.get(Post, post_id)
    if post is None or post.account_id != actor.account_id or not post.is_held(at.date()):
        raise RecordNotFound("no such post")
    stored = own_session(session, actor=actor, token=token)
    stored.post_id = post.id
    trail.record(session, by=actor, act=Act.POST_SWITCHED, at=at, subject=post)
    return renew(stored)


def list_sessions(session: Session, *, actor: Actor, token: str, at: datetime) -> list[OwnSession]:
    """The own sessions that are open now, the one last used first."""
    found = session.scalars(
        select(WebSession)
        .where(
            WebSession.account_id == actor.account_id,
            WebSession.ended_at.is_(None),
            WebSession.seen_at > at - IDLE,
            WebSession.created_at > at - ABSOLUTE,
        )
        .order_by(WebSession.seen_at.desc(), WebSession.id)
    )
    return [
        OwnSession(
            each.id,
            each.device,
            each.created_at,
            each.seen_at,
            is_this=each.token_digest == digest(token),
        )
        for each in found
    ]


def end_session(session: Session, *, actor: Actor, session_id: UUID, at: datetime) -> None:
    """End one of the own sessions, on whichever device. Raises RecordNotFound for others'."""
    stored = session.scalar(select(WebSession).where(WebSession.id == session_id))
    if stored is None or stored.account_id != actor.account_id or stored.ended_at is not None:
        raise RecordNotFound("no such session")
    stored.ended_at = at
    trail.record(session, by=actor, act=Act.SESSION_ENDED, at=at, subject=stored)


def end_other_sessions(session: Session, *, actor: Actor, token: str, at: datetime) -> int:
    """End all own sessions but this one. Returns how many."""
    this = own_session(session, actor=actor, token=token)
    trail.record(session, by=actor, act=Act.SESSION_ENDED, at=at)
    return end_all(session, account_id=actor.account_id, at=at, but=this.id)


def end_sessions(session: Session, *, actor: Actor, account_id: UUID, at: datetime) -> int:
    """For administrators: end all sessions of somebody in the own units. Returns how many.

    All of their units have to be the own ones. Their browsers are no longer known either: a
    stolen one may be among them.
    """
    holder = find_holder(session, account_id=account_id, today=at.date())
    require_over(actor, Permission.SESSION_END, holder)
    account = holder.account
    known_devices.forget_all(session, account_id=account.id)
    trail.record(session, by=actor, act=Act.SESSION_ENDED, at=at, subject=account)
    return end_all(session, account_id=account.id, at=at)


def _signed_in(found: Sequence[Any], request_id: UUID, at: datetime) -> SignedIn:
    session_id, seen_at, fresh_at, proved_at, account_id, person_id, must_change = found[:7]
    role, path, unit_name, held, owes_proof, window_id, zone = found[7:]
    if window_id is not None:  # what the account could do beside it stays out of reach
        must_change, held, owes_proof = False, 0, False
    is_waiting = proved_at is None and (needs_proof(role) or bool(owes_proof))
    shown, inside = (None, "") if is_waiting else (role, path or "")
    return SignedIn(
        actor=Actor(account_id, person_id, shown, inside, request_id, window_id, at),
        unit_name="" if is_waiting else unit_name or "",
        must_change_password=must_change,
        has_other_posts=held > (0 if role is None else 1),
        seen_at=seen_at,
        session_id=session_id,
        fresh_at=fresh_at,
        is_proved=proved_at is not None,
        owes_proof=bool(owes_proof),
        waiting_role=role if is_waiting else None,
        zone=zone,
    )
