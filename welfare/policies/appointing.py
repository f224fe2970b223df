"""Two administrators for what reads about others, and which Posts one person never holds.

The threat: one administrator makes an account that may read records, and uses it. So whoever
asks for such a Post, or for a way into an account that holds one, never confirms it.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from models.base import new_key
from models.tables.accounts import Account, Post
from models.vocabulary import Role
from welfare.errors import AccessDenied
from welfare.policies.actor import NOBODY, Actor

# A member reads about nobody but themselves. All other Posts wait for a second administrator.
STAFF = frozenset(Role) - {Role.MEMBER}
# Never held by one person over the same people; the word says why.
FORBIDDEN: Mapping[frozenset[Role], str] = {
    frozenset({Role.COMMANDER, Role.CLINICIAN}): "command_and_care",
    frozenset({Role.COMMANDER, Role.CLINIC_LEAD}): "command_and_care",
    frozenset({Role.COMMANDER, Role.PRIVACY_OFFICER}): "command_and_privacy",
    frozenset({Role.COMMANDER, Role.ADMINISTRATOR}): "command_and_accounts",
    frozenset({Role.COMMANDER, Role.WELFARE_OFFICER}): "command_and_welfare",
    frozenset({Role.ADMINISTRATOR, Role.CLINICIAN}): "accounts_and_care",
    frozenset({Role.ADMINISTRATOR, Role.CLINIC_LEAD}): "accounts_and_care",
    frozenset({Role.ADMINISTRATOR, Role.AUDITOR}): "accounts_and_audit",
}
EVERYWHERE = frozenset({Role.AUDITOR})  # reads the whole trail, whatever the unit


class PostState(StrEnum):
    WAITING = "waiting"
    HELD = "held"
    COMING = "coming"
    REJECTED = "rejected"
    OVER = "over"


def state_of(post: Post, today: date) -> PostState:
    if post.confirmed_at is None:
        return _unconfirmed(post)
    if post.is_held(today):
        return PostState.HELD
    return PostState.COMING if post.from_day > today else PostState.OVER


def _unconfirmed(post: Post) -> PostState:
    if post.closed_for is None:
        return PostState.WAITING
    return PostState.REJECTED if post.confirmed_by is None else PostState.OVER


def is_open(post: Post, today: date) -> bool:
    """Held, or on the way to be."""
    return state_of(post, today) in {PostState.WAITING, PostState.HELD, PostState.COMING}


def forbidden_pair(role: Role, path: str, posts: Iterable[Post], today: date) -> str | None:
    """Why this role may not be held here beside these Posts; None if it may."""
    for post in posts:
        reason = FORBIDDEN.get(frozenset({role, post.role}))
        if reason and is_open(post, today) and _meet(role, path, post):
            return reason
    return None


def _meet(role: Role, path: str, post: Post) -> bool:
    if EVERYWHERE & {role, post.role}:
        return True
    return path.startswith(post.unit.path) or post.unit.path.startswith(path)


def is_console(actor: Actor) -> bool:
    """Who holds the server holds everything: the console needs no second person."""
    return actor.account_id == NOBODY


def is_used(account: Account) -> bool:
    """Has its owner ever come in? A password that has to be chosen anew does not undo that."""
    return account.used_at is not None


def needs_two(account: Account, posts: Iterable[Post], today: date, *, has_answers: bool) -> bool:
    """Do two administrators have to stand for a new way into this account?

    Not for the first way of a member without answers. Everybody else has something in it that no
    single administrator may get at: records of others, or the own answers, which may have come
    from paper before anybody signed in.
    """
    return is_used(account) or has_answers or any(_was_staff(post, today) for post in posts)


def _was_staff(post: Post, today: date) -> bool:
    """Now, soon or ever: ending a duty must not make its account easier to get into."""
    was_confirmed = post.confirmed_at or post.confirmed_by  # of one ended on its first day
    return post.role in STAFF and (was_confirmed is not None or is_open(post, today))


def new_post(actor: Actor, *, account_id: UUID, unit_id: UUID, role: Role, at: datetime) -> Post:
    """A Post from today on. It gives nothing yet if it waits for a second administrator."""
    is_sure = role not in STAFF or is_console(actor)
    return Post(
        id=new_key(),
        account_id=account_id,
        unit_id=unit_id,
        role=role,
        from_day=at.date(),
        given_by=None if is_console(actor) else actor.account_id,
        confirmed_at=at if is_sure else None,
    )


def insist_on_another(
    actor: Actor, *, asked_by: UUID | None, account_id: UUID | None = None
) -> None:
    """Neither who asked nor whom it is for. Raises AccessDenied."""
    if is_console(actor):
        return
    if actor.account_id in (asked_by, account_id):
        raise AccessDenied("a second administrator must do this")
