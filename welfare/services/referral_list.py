"""Referrals as their two sides see them: all of the own ones, one of them, those of a person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from models import referring, trail, vault
from models.tables.care import Case
from models.tables.consents import Consent
from models.tables.people import Identity, Person, PersonKey
from models.tables.referrals import Referral
from models.vocabulary import Act, ConsentPurpose, ReferralStatus
from welfare.errors import RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.colleagues import carers_in
from welfare.policies.permissions import Permission
from welfare.policies.referral_views import Shown, names_in, opened

ENDED_SHOWN = timedelta(days=30)
GIVEN_BACK = (ReferralStatus.REJECTED, ReferralStatus.WITHDRAWN)
Colleagues = tuple[tuple[UUID, str], ...]


@dataclass(frozen=True, slots=True)
class OfPerson:
    """`agreed_at`: since when the person agrees to sharing; None: they do not."""

    person_id: UUID
    name: str
    agreed_at: datetime | None
    referrals: tuple[Shown, ...]
    colleagues: Colleagues


def list_referrals(session: Session, *, actor: Actor, at: datetime) -> Sequence[Shown]:
    """Sent by the actor or to them: open ones by their due moment, then those that ended in the
    last 30 days. Two queries, whatever their number; showing each name is recorded."""
    found = session.execute(
        _readable(actor, at).order_by(Referral.ended_at.is_not(None), Referral.due_at, Referral.id)
    ).all()
    trail.record_read(
        session,
        by=actor,
        act=Act.LIST_READ,
        at=at,
        person_ids=sorted({referral.person_id for referral, *_ in found}),
    )
    names = names_in(session, [referral for referral, *_ in found])
    return [_shown(session, row, names) for row in found]


def read_referral(
    session: Session, *, actor: Actor, referral_id: UUID, at: datetime
) -> tuple[Shown, Colleagues]:
    """One of them, and to whom its sender could send it instead. Reading it is recorded.

    Before it is accepted the receiver reads who, why and how urgent; once it was given back,
    not even why.
    """
    row = session.execute(_readable(actor, at).where(Referral.id == referral_id)).one_or_none()
    if row is None:
        raise RecordNotFound("no such referral")
    referral: Referral = row[0]
    access.require(actor, Permission.REFERRAL_READ, referral)
    trail.record_read(
        session,
        by=actor,
        act=Act.REFERRAL_READ,
        at=at,
        person_ids=[referral.person_id],
        subject=referral,
    )
    shown = _shown(session, row, names_in(session, [referral]))
    if referral.sender_id == actor.account_id:
        return shown, _others(session, actor, referral, at)
    return _for_receiver(shown), ()


def read_of_person(session: Session, *, actor: Actor, person_id: UUID, at: datetime) -> OfPerson:
    """What a clinician sees who has the person in care. Reading it is recorded."""
    person, identity, stored_key = _in_care(session, actor, person_id)
    trail.record_read(
        session, by=actor, act=Act.RECORD_READ, at=at, person_ids=[person.id], subject=person
    )
    key = vault.unwrapped(session, stored_key)
    content = vault.opened(key, identity, "content") if identity is not None else None
    name = vault.name_in(content, person_id=person.id)
    rows = session.scalars(
        select(Referral)
        .where(Referral.person_id == person.id)
        .order_by(Referral.ended_at.is_not(None), Referral.due_at.desc(), Referral.id)
    ).all()
    names = names_in(session, rows)
    return OfPerson(
        person_id=person.id,
        name=name,
        agreed_at=_agreed_at(session, person),
        referrals=tuple(opened(row, key=key, name=name, names=names) for row in rows),
        colleagues=_named(session, actor, person, at),
    )


def _readable(actor: Actor, at: datetime) -> Select[Referral, Identity, PersonKey]:
    lately = or_(referring.IS_OPEN, Referral.ended_at > at - ENDED_SHOWN)
    return (
        select(Referral, Identity, PersonKey)
        .outerjoin(Identity, Identity.person_id == Referral.person_id)
        .join(PersonKey, PersonKey.person_id == Referral.person_id)
        .where(access.visible(actor, Permission.REFERRAL_READ), lately)
    )


def _shown(session: Session, row: Any, names: Any) -> Shown:
    referral, identity, stored_key = row
    key = vault.unwrapped(session, stored_key)
    content = vault.opened(key, identity, "content") if identity is not None else None
    name = vault.name_in(content, person_id=referral.person_id)
    return opened(referral, key=key, name=name, names=names)


def _for_receiver(shown: Shown) -> Shown:
    if shown.referral.status in GIVEN_BACK:
        return replace(shown, basis=None, asked=replace(shown.asked, reason=""))
    return replace(shown, basis=None) if _is_new(shown) else shown


def _is_new(shown: Shown) -> bool:
    return shown.referral.status is ReferralStatus.CREATED


def _others(session: Session, actor: Actor, referral: Referral, at: datetime) -> Colleagues:
    if referral.status is not ReferralStatus.CREATED or referral.is_outside:
        return ()
    return _named(session, actor, session.get_one(Person, referral.person_id), at)


def _named(session: Session, actor: Actor, person: Person, at: datetime) -> Colleagues:
    """Who could take this person, but the actor."""
    carers = carers_in(session, unit=person.unit, not_person=person.id, today=at.date())
    chosen = {carer.account_id for carer in carers} - {actor.account_id}
    names = vault.names_of(session, account_ids=chosen)
    return tuple(sorted(((each, names[each]) for each in chosen), key=lambda one: one[1]))


def _in_care(
    session: Session, actor: Actor, person_id: UUID
) -> tuple[Person, Identity | None, PersonKey]:
    own = select(Case.person_id).where(access.visible(actor, Permission.REFERRAL_SEND))
    found = session.execute(
        select(Person, Identity, PersonKey)
        .outerjoin(Identity, Identity.person_id == Person.id)
        .join(PersonKey, PersonKey.person_id == Person.id)
        .where(Person.id == person_id, Person.id.in_(own))
    ).one_or_none()
    if found is None:
        raise RecordNotFound("nobody in the own care")
    person, identity, key = found
    return person, identity, key


def _agreed_at(session: Session, person: Person) -> datetime | None:
    return session.scalar(
        select(Consent.given_at).where(
            Consent.person_id == person.id,
            Consent.purpose == ConsentPurpose.SHARING,
            Consent.withdrawn_at.is_(None),
        )
    )
