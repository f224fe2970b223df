"""What administrators see of accounts: who may sign in, as what, and what waits for a second word.

Nothing of it tells how somebody answered, or whether they did.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from models import trail, vault
from models.enrolment import SERVICE_NUMBER
from models.sealing import blind_index
from models.tables.accounts import Account, Post, WebSession
from models.tables.doors import Invitation
from models.tables.people import Identity, Person, PersonKey
from models.tables.places import Unit
from models.vocabulary import Act, Role
from welfare.errors import AccessDenied, RecordNotFound
from welfare.policies import access, factors, links
from welfare.policies.actor import Actor
from welfare.policies.appointing import PostState, is_used, state_of
from welfare.policies.holders import Holder, allows_over, find_holder, require_over
from welfare.policies.permissions import Permission

PAGE = 25
LAST_PAGE = 100_000  # more than any site has; no database counts as far as an address can
LINKS_SHOWN = 5
REQUESTS_SHOWN = 50


class AccountState(StrEnum):
    DISABLED = "disabled"
    UNUSED = "unused"  # its owner has never come in
    IN_USE = "in_use"


@dataclass(frozen=True, slots=True)
class AccountRow:
    account_id: UUID
    name: str
    unit: str
    roles: tuple[Role, ...]
    state: AccountState


@dataclass(frozen=True, slots=True)
class AccountPage:
    rows: tuple[AccountRow, ...]
    number: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class AccountView:
    """One account. `may_act`: all of its units are the administrator's own."""

    row: AccountRow
    email: str
    posts: tuple[tuple[Post, PostState], ...]
    links: tuple[Invitation, ...]
    open_sessions: int
    has_second_factor: bool
    is_own: bool
    may_act: bool


@dataclass(frozen=True, slots=True)
class Request:
    """What one account waits for. `may_confirm`: somebody else asked, for somebody else."""

    row: AccountRow
    email: str
    posts: tuple[Post, ...]
    link: Invitation | None
    asked_by: tuple[str, ...]
    may_confirm: bool


def list_accounts(
    session: Session, *, actor: Actor, at: datetime, number: int = 1, find: str = ""
) -> AccountPage:
    """The accounts of the own units, 25 at a time, or the one with exactly this sign-in name or
    service number. Names are opened for the page alone; showing each is recorded."""
    if not access.may_ever(actor, Permission.ACCOUNT_READ):
        raise AccessDenied("accounts are for administrators")
    wanted = _accounts(actor).order_by(Account.id)
    if find:
        wanted = wanted.where(_is_named(session, find))
    number = min(max(number, 1), LAST_PAGE)
    found = session.execute(wanted.offset((number - 1) * PAGE).limit(PAGE + 1)).all()
    shown = found[:PAGE]
    roles = _roles(session, [account.id for account, *_ in shown], at)
    rows = [_row(session, each, roles, at) for each in shown]
    _note(session, actor, Act.LIST_READ, [person.id for _, person, *_ in shown], at)
    return AccountPage(tuple(rows), number, has_more=len(found) > PAGE)


def read_account(session: Session, *, actor: Actor, account_id: UUID, at: datetime) -> AccountView:
    """One account of the own units. Its owner sees that it was opened."""
    holder = find_holder(session, account_id=account_id, today=at.date())
    access.require(actor, Permission.ACCOUNT_READ, holder.person.unit)
    found = _one(session, account_id)
    _note(session, actor, Act.ACCOUNT_READ, [holder.person.id], at)
    return AccountView(
        row=_row(session, found, {account_id: _held(holder)}, at),
        email=_identity(session, found).get("email", ""),
        posts=tuple((post, state_of(post, at.date())) for post in holder.posts),
        links=tuple(_links(session, account_id)[:LINKS_SHOWN]),
        open_sessions=_open_sessions(session, account_id),
        has_second_factor=factors.count_factors(session, account_id=account_id) > 0,
        is_own=account_id == actor.account_id,
        may_act=allows_over(actor, Permission.ACCOUNT_INVITE, holder),
    )


def list_requests(session: Session, *, actor: Actor, at: datetime) -> Sequence[Request]:
    """What waits for a second administrator in the own units, with those asked for oneself."""
    ids = _waiting_ids(session, actor, at)
    requests = [_request(session, actor, account_id, at) for account_id in ids]
    people = [session.get_one(Account, account_id).person_id for account_id in ids]
    _note(session, actor, Act.LIST_READ, people, at)
    return sorted(requests, key=lambda each: not each.may_confirm)


def count_requests(session: Session, *, actor: Actor, at: datetime) -> int:
    """How many accounts wait for this administrator's word."""
    return len(_waiting_ids(session, actor, at, but_own=True))


def waiting_posts(
    session: Session, *, actor: Actor, account_id: UUID, at: datetime
) -> Sequence[UUID]:
    """The Posts of one account that wait for a second administrator."""
    holder = find_holder(session, account_id=account_id, today=at.date())
    require_over(actor, Permission.ACCOUNT_CONFIRM, holder)
    return [post.id for post in holder.posts if state_of(post, at.date()) is PostState.WAITING]


def _accounts(actor: Actor) -> Select[Account, Person, Identity, PersonKey]:
    return (
        select(Account, Person, Identity, PersonKey)
        .join(Person, Person.id == Account.person_id)
        .join(Unit, Unit.id == Person.unit_id)
        .outerjoin(Identity, Identity.person_id == Person.id)
        .join(PersonKey, PersonKey.person_id == Person.id)
        .where(access.visible(actor, Permission.ACCOUNT_READ))
    )


def _one(session: Session, account_id: UUID) -> Any:
    """Raises RecordNotFound for the account of somebody who was erased."""
    found = session.execute(
        select(Account, Person, Identity, PersonKey)
        .join(Person, Person.id == Account.person_id)
        .outerjoin(Identity, Identity.person_id == Person.id)
        .join(PersonKey, PersonKey.person_id == Person.id)
        .where(Account.id == account_id)
    ).one_or_none()
    if found is None:
        raise RecordNotFound("no such account, or its owner was erased")
    return found


def _is_named(session: Session, find: str) -> ColumnElement[bool]:
    keys = vault.keys_of(session)
    return or_(
        Account.login_digest == blind_index(keys, "login", find),
        Identity.service_digest == blind_index(keys, SERVICE_NUMBER, find),
    )


def _row(
    session: Session, found: Any, roles: Mapping[UUID, tuple[Role, ...]], at: datetime
) -> AccountRow:
    account, person, *_ = found
    content = _identity(session, found) or None
    return AccountRow(
        account_id=account.id,
        name=vault.name_in(content, person_id=person.id),
        unit=person.unit.name,
        roles=roles.get(account.id, ()),
        state=_state(account),
    )


def _identity(session: Session, found: Any) -> dict[str, str]:
    _, _, identity, key = found
    if identity is None:
        return {}
    content: dict[str, str] = vault.opened(vault.unwrapped(session, key), identity, "content")
    return content


def _state(account: Account) -> AccountState:
    if account.disabled_at is not None:
        return AccountState.DISABLED
    return AccountState.IN_USE if is_used(account) else AccountState.UNUSED


def _roles(
    session: Session, account_ids: Sequence[UUID], at: datetime
) -> dict[UUID, tuple[Role, ...]]:
    posts = session.scalars(
        select(Post).where(Post.account_id.in_(account_ids)).order_by(Post.role, Post.id)
    ).all()
    return {
        account_id: tuple(
            post.role for post in posts if post.account_id == account_id and post.is_held(at.date())
        )
        for account_id in account_ids
    }


def _held(holder: Holder) -> tuple[Role, ...]:
    return tuple(post.role for post in holder.posts if post.is_held(holder.today))


def _links(session: Session, account_id: UUID) -> Sequence[Invitation]:
    """The newest first."""
    return session.scalars(
        select(Invitation)
        .where(Invitation.account_id == account_id)
        .order_by(Invitation.made_at.desc(), Invitation.id.desc())
    ).all()


def _open_sessions(session: Session, account_id: UUID) -> int:
    """Signed in and not ended; some may have run out since."""
    counted = select(func.count()).select_from(WebSession)
    is_open = WebSession.ended_at.is_(None) & (WebSession.account_id == account_id)
    return session.scalars(counted.where(is_open)).one()


def _waiting_ids(
    session: Session, actor: Actor, at: datetime, *, but_own: bool = False
) -> list[UUID]:
    """Accounts of the own units with a Post or a link that nobody has confirmed."""
    me = actor.account_id
    posts = _asked(Post.account_id, Post.given_by, me, but_own=but_own).where(
        Post.confirmed_at.is_(None), Post.closed_for.is_(None)
    )
    waiting_links = _asked(Invitation.account_id, Invitation.made_by, me, but_own=but_own).where(
        Invitation.confirmed_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > at,
    )
    own = (
        select(Account.id)
        .join(Person, Person.id == Account.person_id)
        .join(Unit, Unit.id == Person.unit_id)
        .where(access.visible(actor, Permission.ACCOUNT_CONFIRM), Account.disabled_at.is_(None))
        .where(or_(Account.id.in_(posts), Account.id.in_(waiting_links)))
        .order_by(Account.id)
        .limit(REQUESTS_SHOWN)
    )
    return list(session.scalars(own))


def _asked(account: Any, asked_by: Any, me: UUID, *, but_own: bool) -> Select[tuple[UUID]]:
    query = select(account)
    if not but_own:
        return query
    return query.where(account != me, or_(asked_by.is_(None), asked_by != me))


def _request(session: Session, actor: Actor, account_id: UUID, at: datetime) -> Request:
    holder = find_holder(session, account_id=account_id, today=at.date())
    found = _one(session, account_id)
    posts = [post for post in holder.posts if state_of(post, at.date()) is PostState.WAITING]
    link = next(
        (
            each
            for each in _links(session, account_id)
            if links.is_live(each, at) and each.confirmed_at is None
        ),
        None,
    )
    askers = {post.given_by for post in posts} | ({link.made_by} if link else set())
    names = vault.names_of(session, account_ids={each for each in askers if each})
    is_mine = actor.account_id in {*askers, account_id}
    return Request(
        row=_row(session, found, {account_id: _held(holder)}, at),
        email=_identity(session, found).get("email", ""),
        posts=tuple(posts),
        link=link,
        asked_by=tuple(sorted(names.values())),
        may_confirm=not is_mine and allows_over(actor, Permission.ACCOUNT_CONFIRM, holder),
    )


def _note(session: Session, actor: Actor, act: Act, people: Sequence[UUID], at: datetime) -> None:
    trail.record_read(session, by=actor, act=act, at=at, person_ids=people)
