"""Posts: asked for by one administrator, confirmed or rejected by another, ended by either."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail
from models.hand_over import Leaving, leave_posts
from models.tables.accounts import Post
from models.tables.doors import Invitation
from models.tables.places import Unit
from models.vocabulary import Act, Decision, LinkEnding, PostEnding, Role
from welfare.errors import InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies import access, factors, known_devices, links, live_sessions
from welfare.policies.actor import Actor
from welfare.policies.appointing import (
    STAFF,
    PostState,
    forbidden_pair,
    insist_on_another,
    is_console,
    is_open,
    is_used,
    new_post,
    state_of,
)
from welfare.policies.colleagues import find_colleague
from welfare.policies.holders import Holder, find_holder, locked_holder, require_over
from welfare.policies.own_email import keep_own_email
from welfare.policies.passwords import hashed
from welfare.policies.permissions import Permission

REJECTIONS = (
    PostEnding.WRONG_PERSON,
    PostEnding.WRONG_ROLE,
    PostEnding.NOT_VERIFIED,
    PostEnding.NOT_NEEDED,
)


def give_post(
    session: Session,
    *,
    actor: Actor,
    account_id: UUID,
    unit_id: UUID,
    role: str,
    at: datetime,
) -> Post:
    """A further Post for somebody who has an account. All but a member's wait for a second
    administrator. Raises InputRefused, with the reason of a pair that is never held together.
    """
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise RecordNotFound("no such unit")
    access.require(actor, Permission.POST_GIVE, unit)
    holder = locked_holder(session, account_id=account_id, today=at.date())
    require_over(actor, Permission.POST_GIVE, holder)
    if holder.account.disabled_at is not None:
        raise MoveNotAllowed("this account is disabled")
    _check(actor, holder, unit, role)
    post = _asked_anew(session, actor, holder, unit, Role(role), at) or new_post(
        actor, account_id=account_id, unit_id=unit.id, role=Role(role), at=at
    )
    session.add(post)
    if post.role in STAFF:
        _end_weak_links(session, holder, at)
    _record(session, actor, Act.POST_GIVEN, holder, post, at)
    return post


def confirm_post(session: Session, *, actor: Actor, post_id: UUID, at: datetime) -> Post:
    """A second administrator stands for it. Neither who asked for it nor whom it is for.

    With the first Post that reads about others everything begins anew: whoever knows the old
    password or holds the old second factor may be the one who asked.
    """
    holder, post = _waiting(session, post_id, at)
    access.require(actor, Permission.ACCOUNT_CONFIRM, post.unit)
    require_over(actor, Permission.ACCOUNT_CONFIRM, holder)
    insist_on_another(actor, asked_by=post.given_by, account_id=post.account_id)
    _insist_on_waiting(post, at)
    others = [each for each in holder.posts if each.id != post.id]
    reason = forbidden_pair(post.role, post.unit.path, others, at.date())
    if reason is not None:
        raise InputRefused({"role": reason})
    if not _has_duty(others, at):
        _begin_anew(session, actor, holder, at)
    post.confirmed_by = None if is_console(actor) else actor.account_id
    post.confirmed_at = at
    _record(session, actor, Act.POST_CONFIRMED, holder, post, at)
    return post


def reject_post(
    session: Session, *, actor: Actor, post_id: UUID, reason: str, at: datetime
) -> Post:
    """It is not to be; whoever asked for it may take it back the same way. Its link ends too."""
    holder, post = _waiting(session, post_id, at)
    access.require(actor, Permission.ACCOUNT_CONFIRM, post.unit)
    require_over(actor, Permission.ACCOUNT_CONFIRM, holder)
    _insist_on_waiting(post, at)
    if reason not in REJECTIONS:
        raise InputRefused({"reason": "choose"})
    post.closed_for = PostEnding(reason)
    for link in session.scalars(
        select(Invitation).where(
            Invitation.account_id == post.account_id,
            Invitation.confirmed_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
    ):
        link.revoked_at, link.closed_for = at, LinkEnding.WITHDRAWN
    _record(session, actor, Act.POST_REJECTED, holder, post, at, Decision.REFUSED)
    return post


def end_post(
    session: Session,
    *,
    actor: Actor,
    post_id: UUID,
    at: datetime,
    colleague_id: UUID | None = None,
    even_so: bool = False,
) -> Post:
    """It ends at once, with its sessions; the work that belongs to it is handed over.

    Raises InputRefused where units would be left without any clinician, unless even so.
    """
    holder, post = _waiting(session, post_id, at)
    access.require(actor, Permission.POST_GIVE, post.unit)
    require_over(actor, Permission.POST_GIVE, holder)
    if post.account_id == actor.account_id:
        raise InputRefused({"account": "not_yourself"})
    if state_of(post, at.date()) not in {PostState.HELD, PostState.COMING}:
        raise MoveNotAllowed("this Post is not held")
    account = holder.account
    leaving = Leaving(account, actor, find_colleague(session, actor, account, colleague_id, at), at)
    with session.begin_nested():  # undone if refused: the page shows things as they are
        leaves_gap = leave_posts(session, leaving=leaving, posts=[post], ending=PostEnding.ENDED)
        if leaves_gap and not even_so:
            raise InputRefused({"even_so": "nobody_left"})
    return post


def begins_anew(session: Session, *, post: Post, at: datetime) -> bool:
    """Will this be the first duty of its account, so that a new way in belongs to it?"""
    holder = find_holder(session, account_id=post.account_id, today=at.date())
    return not _has_duty([each for each in holder.posts if each.id != post.id], at)


def find_post(session: Session, *, account_id: UUID, role: Role) -> Post:
    """A Post of this role held by this account, for commands."""
    return session.scalars(
        select(Post).where(Post.account_id == account_id, Post.role == role).order_by(Post.id)
    ).one()


def _check(actor: Actor, holder: Holder, unit: Unit, role: str) -> None:
    if holder.account.id == actor.account_id:
        raise InputRefused({"role": "not_yourself"})
    if role not in set(Role):
        raise InputRefused({"role": "choose"})
    same = [post for post in holder.posts if (post.role, post.unit_id) == (role, unit.id)]
    if any(is_open(post, holder.today) for post in same):
        raise InputRefused({"role": "held_already"})
    reason = forbidden_pair(Role(role), unit.path, holder.posts, holder.today)
    if reason is not None:
        raise InputRefused({"role": reason})


def _asked_anew(
    session: Session, actor: Actor, holder: Holder, unit: Unit, role: Role, at: datetime
) -> Post | None:
    """The same Post, rejected or ended earlier today: one row for one day."""
    for post in holder.posts:
        if (post.role, post.unit_id, post.from_day) == (role, unit.id, at.date()):
            fresh = new_post(actor, account_id=post.account_id, unit_id=unit.id, role=role, at=at)
            post.given_by, post.confirmed_at = fresh.given_by, fresh.confirmed_at
            post.confirmed_by = post.closed_for = post.until_day = None
            return post
    return None


def _waiting(session: Session, post_id: UUID, at: datetime) -> tuple[Holder, Post]:
    """The Post as it stands once nobody else is changing its account."""
    account_id = session.scalar(select(Post.account_id).where(Post.id == post_id))
    if account_id is None:
        raise RecordNotFound("no such post")
    holder = locked_holder(session, account_id=account_id, today=at.date())
    return holder, next(post for post in holder.posts if post.id == post_id)


def _insist_on_waiting(post: Post, at: datetime) -> None:
    if state_of(post, at.date()) is not PostState.WAITING:
        raise MoveNotAllowed("this Post does not wait")


def _has_duty(posts: list[Post], at: datetime) -> bool:
    return any(post.role in STAFF and post.is_held(at.date()) for post in posts)


def _begin_anew(session: Session, actor: Actor, holder: Holder, at: datetime) -> None:
    """Nothing that anybody used until now leads in any more: only a link with its code does."""
    account = holder.account
    _end_weak_links(session, holder, at)
    if not is_used(account):
        return
    keep_own_email(session, person_id=holder.person.id, address="")
    account.password_hash = hashed(live_sessions.new_token())
    account.must_change_password = True
    live_sessions.end_all(session, account_id=account.id, at=at)
    known_devices.forget_all(session, account_id=account.id)
    factors.forget_factors(session, by=actor, account=account, at=at)


def _end_weak_links(session: Session, holder: Holder, at: datetime) -> None:
    """Those without a code, whoever made them, may be in the hands of who asks for the Post."""
    found = session.scalars(
        select(Invitation).where(
            Invitation.account_id == holder.account.id, Invitation.code_digest.is_(None)
        )
    )
    for link in found:
        if links.is_live(link, at):
            link.revoked_at, link.closed_for = at, LinkEnding.WITHDRAWN


def _record(
    session: Session,
    actor: Actor,
    act: Act,
    holder: Holder,
    post: Post,
    at: datetime,
    decision: Decision = Decision.ALLOWED,
) -> None:
    trail.record(
        session,
        by=actor,
        act=act,
        at=at,
        person_id=holder.person.id,
        subject=post,
        decision=decision,
    )
