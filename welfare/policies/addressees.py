"""Whom a window asks, as far as letters and links need to know them.

Somebody who was erased, who has left, or whose account is disabled is nobody: no letter is sent
to them, and no link of theirs opens anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from models import vault
from models.sealing import SealBroken
from models.tables.accounts import Account
from models.tables.lifecycle import Tombstone
from models.tables.people import Identity, Membership, Person, PersonKey
from models.tables.screenings import Window
from welfare.policies import letter_box
from welfare.policies.contingents import language_of
from welfare.policies.window_links import facts_asked

AnySelect = Select[*tuple[Any, ...]]
NO_PASSWORD = "by link"  # noqa: S105 - no hash looks like this, so no password ever matches it


@dataclass(frozen=True, slots=True)
class Addressee:
    """`identity` and `facts` as they were opened."""

    person: Person
    account: Account | None
    identity: Mapping[str, Any]
    facts: Mapping[str, Any]

    @property
    def known(self) -> Mapping[str, Any]:
        return {**self.identity, **self.facts}

    @property
    def language(self) -> str:
        return str(self.facts.get("language") or "")

    @property
    def can_have_link(self) -> bool:
        return bool(facts_asked(self.known))

    @property
    def can_sign_in(self) -> bool:
        """Have they ever come in by themselves? Else a letter without a link is of no use."""
        account = self.account
        is_used = account is not None and account.used_at is not None
        return is_used and account is not None and account.password_hash != NO_PASSWORD

    @property
    def problem(self) -> str | None:
        """Why no letter can help them; None if one can."""
        if not (self.can_have_link or self.can_sign_in):
            return "nothing_known"
        return letter_box.problem_with(self.identity)

    @property
    def has_own_way(self) -> bool:
        """Can they come back by themselves? Then nobody else hands them what they began."""
        return self.can_sign_in or self.problem is None


PARTS = (Person, PersonKey, Identity, Account)


def with_addressees(wanted: AnySelect, today: date) -> AnySelect:
    """Add the parts of an addressee to a query over windows; those of nobody fall away."""
    of_window = wanted.add_columns(*PARTS).select_from(Window)
    return _here(of_window.join(Person, Person.id == Window.person_id), today)


def with_people(wanted: AnySelect, person_id: Any, today: date) -> AnySelect:
    """The same for a query over other rows; `person_id`: their column."""
    return _here(wanted.add_columns(*PARTS).join(Person, Person.id == person_id), today)


def find_addressee(session: Session, *, person_id: UUID, today: date) -> Addressee | None:
    wanted = _here(select(*PARTS).select_from(Person), today).where(Person.id == person_id)
    found = session.execute(wanted).one_or_none()
    return None if found is None else opened(session, *found)


def opened(
    session: Session,
    person: Person,
    key: PersonKey,
    identity: Identity | None,
    account: Account | None,
) -> Addressee | None:
    """None if it cannot be opened: one damaged row must not hold up everybody's letters."""
    try:
        data_key = vault.unwrapped(session, key)
        content = {} if identity is None else vault.opened(data_key, identity, "content")
        facts = vault.opened(data_key, person, "facts")
        if not facts.get("language"):
            facts = {**facts, "language": language_of(session, person.unit)}
        return Addressee(person, account, content, facts)
    except SealBroken:
        return None


def _here(people: AnySelect, today: date) -> AnySelect:
    return (
        people.join(PersonKey, PersonKey.person_id == Person.id)
        .outerjoin(Identity, Identity.person_id == Person.id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(_is_here(today))
    )


def _is_here(today: date) -> ColumnElement[bool]:
    """On a roster today. After a restore there may be a key again, but the tombstone stands."""
    stays = exists().where(
        Membership.person_id == Person.id,
        Membership.from_day <= today,
        or_(Membership.until_day.is_(None), Membership.until_day >= today),
    )
    return and_(
        stays,
        ~exists().where(Tombstone.person_id == Person.id),
        Account.disabled_at.is_(None),
    )
