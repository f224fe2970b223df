"""What somebody agreed to: given and withdrawn by themselves, or told to a clinician."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail, vault
from models.base import new_key
from models.tables.care import Case
from models.tables.consents import Consent
from models.tables.people import Person
from models.vocabulary import Act, ConsentPurpose, ConsentWay
from welfare.errors import InputRefused, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission
from welfare.policies.referral_moves import withdraw_unattended


@dataclass(frozen=True, slots=True)
class Agreed:
    """One yes, and who recorded it if it was told to somebody; withdrawn or in force."""

    purpose: ConsentPurpose
    given_at: datetime
    told_to: str
    withdrawn_at: datetime | None
    withdrawal_told_to: str

    @property
    def is_in_force(self) -> bool:
        return self.withdrawn_at is None


def list_own(session: Session, *, actor: Actor, at: datetime) -> Sequence[Agreed]:
    """Everything they ever agreed to, the newest first. Reading it is recorded."""
    found = vault.person_with_key(session, person_id=actor.person_id)
    if found is None:
        raise RecordNotFound("no such person")
    person = found[0]
    access.require(actor, Permission.CONSENT_GIVE, person)
    trail.record_read(
        session, by=actor, act=Act.OWN_RECORD_READ, at=at, person_ids=[person.id], subject=person
    )
    rows = session.scalars(
        select(Consent)
        .where(Consent.person_id == person.id)
        .order_by(Consent.given_at.desc(), Consent.id.desc())
    ).all()
    return _named(session, rows)


def give_consent(session: Session, *, actor: Actor, purpose: str, at: datetime) -> None:
    """By the person, here. Agreeing again changes nothing. Raises InputRefused for no purpose."""
    person, _key = _me(session, actor)
    _give(session, actor, person, _known(purpose), ConsentWay.HERE, at)


def withdraw_consent(session: Session, *, actor: Actor, purpose: str, at: datetime) -> int:
    """By the person, here, at once. Returns how many referrals ended with it."""
    person, key = _me(session, actor)
    return _withdraw(session, actor, (person, key), _known(purpose), ConsentWay.HERE, at)


def record_consent(
    session: Session, *, actor: Actor, person_id: UUID, purpose: str, at: datetime
) -> None:
    """The person agreed in a conversation with a clinician who has them in care."""
    person, _key = _in_care(session, actor, person_id)
    _give(session, actor, person, _known(purpose), ConsentWay.TOLD, at)


def record_withdrawal(
    session: Session, *, actor: Actor, person_id: UUID, purpose: str, at: datetime
) -> int:
    """The person asked for it; never decided by the clinician. It has the same effect as there."""
    found = _in_care(session, actor, person_id)
    return _withdraw(session, actor, found, _known(purpose), ConsentWay.TOLD, at)


def _give(
    session: Session,
    actor: Actor,
    person: Person,
    purpose: ConsentPurpose,
    how: ConsentWay,
    at: datetime,
) -> None:
    if _in_force(session, person, purpose) is not None:
        return
    given = Consent(
        id=new_key(),
        person_id=person.id,
        purpose=purpose,
        given_at=at,
        given_how=how,
        given_by=actor.account_id,
    )
    session.add(given)
    session.flush()
    trail.record(
        session, by=actor, act=Act.CONSENT_GIVEN, at=at, person_id=person.id, subject=given
    )


def _withdraw(
    session: Session,
    actor: Actor,
    found: tuple[Person, bytes],
    purpose: ConsentPurpose,
    how: ConsentWay,
    at: datetime,
) -> int:
    person, key = found
    given = _in_force(session, person, purpose)
    if given is None:
        return 0
    given.withdrawn_at, given.withdrawn_how, given.withdrawn_by = at, how, actor.account_id
    session.flush()
    trail.record(
        session, by=actor, act=Act.CONSENT_WITHDRAWN, at=at, person_id=person.id, subject=given
    )
    if purpose is not ConsentPurpose.SHARING:
        return 0
    return withdraw_unattended(session, by=actor, person_id=person.id, key=key, at=at)


def _in_force(session: Session, person: Person, purpose: ConsentPurpose) -> Consent | None:
    return session.scalar(
        select(Consent).where(
            Consent.person_id == person.id,
            Consent.purpose == purpose,
            Consent.withdrawn_at.is_(None),
        )
    )


def _known(purpose: str) -> ConsentPurpose:
    if purpose not in set(ConsentPurpose):
        raise InputRefused({"purpose": "choose"})
    return ConsentPurpose(purpose)


def _me(session: Session, actor: Actor) -> tuple[Person, bytes]:
    found = vault.locked_person_with_key(session, person_id=actor.person_id)
    if found is None:
        raise RecordNotFound("no such person")
    access.require(actor, Permission.CONSENT_GIVE, found[0])
    return found


def _in_care(session: Session, actor: Actor, person_id: UUID) -> tuple[Person, bytes]:
    found = vault.locked_person_with_key(session, person_id=person_id)
    visible = access.visible(actor, Permission.CONSENT_RECORD)
    case = session.scalar(select(Case.id).where(Case.person_id == person_id, visible).limit(1))
    if found is None or case is None:
        raise RecordNotFound("nobody in the own care")
    return found


def _named(session: Session, rows: Sequence[Consent]) -> Sequence[Agreed]:
    told = {each.given_by for each in rows if each.given_how is ConsentWay.TOLD} | {
        each.withdrawn_by
        for each in rows
        if each.withdrawn_by is not None and each.withdrawn_how is ConsentWay.TOLD
    }
    names = vault.names_of(session, account_ids=told) if told else {}
    return [
        Agreed(
            purpose=each.purpose,
            given_at=each.given_at,
            told_to=names.get(each.given_by, ""),
            withdrawn_at=each.withdrawn_at,
            withdrawal_told_to=names.get(each.withdrawn_by, "") if each.withdrawn_by else "",
        )
        for each in rows
    ]
