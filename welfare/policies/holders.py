"""An account with its person and its Posts: what every act of an administrator looks at first."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from models.tables.accounts import Account, Post
from models.tables.lifecycle import Tombstone
from models.tables.people import Person, PersonKey
from models.tables.places import Unit
from models.tables.screenings import Draft, Screening
from welfare.errors import RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.appointing import is_open, needs_two
from welfare.policies.permissions import Permission


@dataclass(frozen=True, slots=True)
class Holder:
    """`units`: where the person is and where their open Posts are. An administrator of one of
    them alone must not get at an account that reaches further."""

    account: Account
    person: Person
    posts: tuple[Post, ...]
    today: date
    has_answers: bool

    @property
    def units(self) -> list[Unit]:
        return [self.person.unit, *(post.unit for post in self.posts if is_open(post, self.today))]

    @property
    def needs_two(self) -> bool:
        return needs_two(self.account, self.posts, self.today, has_answers=self.has_answers)


def find_holder(session: Session, *, account_id: UUID, today: date) -> Holder:
    """For reading. Raises RecordNotFound, also for somebody who was erased."""
    account = session.get(Account, account_id)
    return _holder(session, account, today)


def locked_holder(session: Session, *, account_id: UUID, today: date) -> Holder:
    """For changing: of two acts on one account at the same moment the second sees the first.

    Raises RecordNotFound. (SQLite lets one act write at a time anyway.)
    """
    session.flush()  # what the same act has done so far must not be read over
    account = session.get(Account, account_id, with_for_update={"key_share": True})
    return _holder(session, account, today)


def allows_over(actor: Actor, permission: Permission, holder: Holder) -> bool:
    return all(access.allows(actor, permission, unit) for unit in holder.units)


def require_over(actor: Actor, permission: Permission, holder: Holder) -> None:
    """Go on only if all of the holder's units are the actor's. Raises AccessDenied."""
    for unit in holder.units:
        access.require(actor, permission, unit)


def _holder(session: Session, account: Account | None, today: date) -> Holder:
    if account is None or _is_erased(session, account.person_id):
        raise RecordNotFound("no such account, or its owner was erased")
    session.flush()
    posts = session.scalars(
        select(Post)
        .where(Post.account_id == account.id)
        .order_by(Post.from_day, Post.id)
        .execution_options(populate_existing=True)
    ).all()
    person = session.get_one(Person, account.person_id)
    return Holder(account, person, tuple(posts), today, _has_answers(session, person.id))


def _is_erased(session: Session, person_id: UUID) -> bool:
    """After a restore there may be a key again, but the tombstone stands."""
    has_key = exists().where(PersonKey.person_id == person_id)
    has_stone = exists().where(Tombstone.person_id == person_id)
    return bool(session.scalar(select(or_(~has_key, has_stone))))


def _has_answers(session: Session, person_id: UUID) -> bool:
    """Sent or not, by themselves or from paper."""
    sent = exists().where(Screening.person_id == person_id)
    begun = exists().where(Draft.person_id == person_id)
    return bool(session.scalar(select(or_(sent, begun))))
