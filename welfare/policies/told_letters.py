"""Neutral letters that say no more than: there is something for you to see.

Written in the act's own transaction, so that nobody is told of what did not happen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import vault
from models.alerts import BELL
from models.tables.accounts import Account, Post
from models.tables.care import Case
from models.tables.letters import Letter
from models.tables.people import Identity
from models.tables.places import Unit
from models.vocabulary import CaseStatus, LetterKind, Role
from welfare.policies.letter_box import address_in
from welfare.policies.posts import is_held


def write_to(session: Session, *, accounts: Iterable[UUID], at: datetime) -> int:
    """One letter to each of them who has none waiting: two would say no more than one. Returns
    how many."""
    wanted = set(accounts)
    waiting = session.scalars(
        select(Letter.recipient_id).where(
            Letter.recipient_id.in_(wanted),
            Letter.kind == LetterKind.TOLD,
            Letter.message_id.is_(None),  # which is not sent once its message has been read
            Letter.sent_at.is_(None),
        )
    )
    readers = sorted(wanted - set(waiting))
    session.add_all(
        Letter(kind=LetterKind.TOLD, recipient_id=each, written_at=at, next_try_at=at, tries=0)
        for each in readers
    )
    if readers:
        session.info[BELL] = True
    return len(readers)


def write_to_person(session: Session, *, person_id: UUID, key: bytes, at: datetime) -> None:
    """If they can sign in and a letter reaches them; else their own pages say it alone."""
    account = session.scalar(
        select(Account).where(Account.person_id == person_id, Account.disabled_at.is_(None))
    )
    identity = session.get(Identity, person_id)
    if account is None or identity is None or account.used_at is None:
        return
    if address_in(vault.opened(key, identity, "content")) is not None:
        write_to(session, accounts=[account.id], at=at)


def carers_of(session: Session, *, person_id: UUID) -> set[UUID]:
    """Who looks after this person, with whom they share it."""
    cases = session.scalars(
        select(Case).where(Case.person_id == person_id, Case.status == CaseStatus.OPEN)
    )
    return {
        account
        for case in cases
        for account in (case.clinician_id, case.second_id)
        if account is not None
    }


@dataclass(frozen=True, slots=True)
class About:
    """What a letter is about, and who gets none: the person, and those who did it."""

    unit: Unit
    person_id: UUID
    at: datetime
    but: frozenset[UUID] = frozenset()


def holders_over(session: Session, about: About, *, role: Role) -> set[UUID]:
    """Everybody who holds this role over this unit and can sign in."""
    found = session.scalars(
        select(Account.id)
        .join(Post, Post.account_id == Account.id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(
            Post.role == role,
            is_held(Post, about.at.date()),
            Unit.path.in_(about.unit.line),
            Account.disabled_at.is_(None),
            Account.person_id != about.person_id,
        )
    )
    return set(found) - about.but


def reviewers_over(session: Session, about: About) -> set[UUID]:
    """The privacy officers; where there is none, the clinic leads, who may look at it as well."""
    officers = holders_over(session, about, role=Role.PRIVACY_OFFICER)
    return officers or holders_over(session, about, role=Role.CLINIC_LEAD)


def all_over(session: Session, about: About) -> set[UUID]:
    """Privacy officers and clinic leads together: for what has waited too long."""
    officers = holders_over(session, about, role=Role.PRIVACY_OFFICER)
    return officers | holders_over(session, about, role=Role.CLINIC_LEAD)
