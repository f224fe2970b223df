"""Opening one record in an emergency: to read it, for some hours, seen by everybody concerned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail, vault
from models.base import new_key
from models.enrolment import person_numbered
from models.tables.care import Case
from models.tables.glass import BreakGlass
from models.tables.people import Identity, PersonKey
from models.vocabulary import Act, EmergencyReason
from welfare.errors import InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies import access, delays, told_letters
from welfare.policies.actor import Actor
from welfare.policies.at_hand import find_person as find_record
from welfare.policies.at_hand import identity_of, is_shut, record_of
from welfare.policies.delays import Wish
from welfare.policies.permissions import Permission
from welfare.policies.rules import Record
from welfare.policies.said import SIZE, problems_with
from welfare.policies.told_letters import About

HOURS = (1, 2, 4)
REVIEW_WITHIN = timedelta(hours=72)
OTHERS_SHOWN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a number named, so that nobody opens somebody else's. `may_read`: no emergency is
    needed for that."""

    person_id: UUID
    name: str
    service_number: str
    unit: str
    may_read: bool
    may_shut: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """One opening, as the one who opened it or the one who looks after the person sees it."""

    id: UUID
    person_id: UUID
    name: str
    opener: str
    opened_at: datetime
    over_at: datetime
    reason: EmergencyReason
    words: str


@dataclass(frozen=True, slots=True)
class Openings:
    own: tuple[Opened, ...]
    in_own_care: tuple[Opened, ...]


def find_person(session: Session, *, actor: Actor, service_number: str) -> UUID:
    """The id of somebody in the own units. Raises InputRefused, alike for somebody elsewhere,
    for oneself, for nobody, and for a record that is closed to this."""
    person = person_numbered(session, service_number) if service_number else None
    record = None if person is None else record_of(session, person)
    if record is None or not _may_ask(session, actor, record):
        raise InputRefused({"service_number": "unknown"})
    return record.person.id


def ask(session: Session, *, actor: Actor, person_id: UUID, at: datetime) -> Asked:
    """For the page before it is done; seeing the name is recorded."""
    record, key = find_record(
        session, actor=actor, person_id=person_id, permission=Permission.GLASS_BREAK
    )
    if not _may_ask(session, actor, record):
        raise RecordNotFound("the record is closed to this")
    person = record.person
    trail.record_read(session, by=actor, act=Act.LIST_READ, at=at, person_ids=[person.id])
    return Asked(
        person.id,
        *identity_of(session, person, key),
        unit=person.unit.name,
        may_read=access.allows(actor, Permission.RECORD_READ, record),
        may_shut=access.allows(actor, Permission.RECORD_SHUT, record),
    )


def break_glass(
    session: Session,
    *,
    actor: Actor,
    person_id: UUID,
    reason: str,
    words: str,
    hours: int | None,
    at: datetime,
    delay: Wish | None = None,
) -> BreakGlass:
    """Open it. A form sent twice opens once. `delay`: the person is told later, if a second
    person agrees. Raises InputRefused; MoveNotAllowed for somebody in the own care; and
    RecordNotFound for a record that is closed to this, as for one that is missing."""
    record, key = find_record(
        session, actor=actor, person_id=person_id, permission=Permission.GLASS_BREAK, locked=True
    )
    if not _may_ask(session, actor, record):
        raise RecordNotFound("the record is closed to this")
    open_now = (each for each in record.glasses if each.opener_id == actor.account_id)
    again = next((each for each in open_now if each.is_open(at)), None)
    if again is not None:
        return again
    if access.allows(actor, Permission.RECORD_READ, record):
        raise MoveNotAllowed("the record is open to the actor anyway")
    _insist(reason, words, hours, delay, at)
    glass = _opened(session, actor, record, key, [reason, words.strip()], hours or 1, at)
    if delay is not None:
        delays.ask(session, actor=actor, about=glass, wish=delay, key=key, at=at)
    _tell(session, glass, key, at, tell_person=delay is None)
    return glass


def end_glass(session: Session, *, actor: Actor, glass_id: UUID, at: datetime) -> None:
    """By the one who opened it, before its time. One that is over ends once."""
    glass = session.get(BreakGlass, glass_id)
    if glass is None:
        raise RecordNotFound("no such opening")
    vault.locked_person_with_key(session, person_id=glass.person_id)
    session.refresh(glass, with_for_update={"of": BreakGlass})
    if glass.opener_id == actor.account_id and not glass.is_open(at):
        raise MoveNotAllowed("it is over already")
    access.require(actor, Permission.GLASS_END, glass)
    glass.ended_at = at
    trail.record(
        session, by=actor, act=Act.GLASS_ENDED, at=at, person_id=glass.person_id, subject=glass
    )


def find_open(session: Session, *, actor: Actor, person_id: UUID) -> BreakGlass | None:
    """The actor's own opening of this record while it lasts, for the banner of its pages."""
    mine = access.visible(actor, Permission.GLASS_END)
    return session.scalars(
        select(BreakGlass).where(BreakGlass.person_id == person_id, mine).order_by(BreakGlass.id)
    ).first()


def list_openings(session: Session, *, actor: Actor, at: datetime) -> Openings:
    """The own ones that are open, and who opened a record in the own care in the last thirty
    days. Three queries; whoever sees a name is recorded."""
    if not access.may_ever(actor, Permission.GLASS_BREAK):
        return Openings((), ())
    mine = access.visible(actor, Permission.GLASS_END)
    cases = select(Case.person_id).where(access.visible(actor, Permission.CASELOAD_READ))
    cared = BreakGlass.person_id.in_(cases)
    found = session.execute(
        select(BreakGlass, Identity, PersonKey)
        .join(PersonKey, PersonKey.person_id == BreakGlass.person_id)
        .outerjoin(Identity, Identity.person_id == BreakGlass.person_id)
        .where(mine | (cared & (BreakGlass.opened_at > at - OTHERS_SHOWN)))
        .order_by(BreakGlass.opened_at.desc(), BreakGlass.id)
    ).all()
    names = vault.names_of(session, account_ids={glass.opener_id for glass, *_ in found})
    shown = [_shown(session, *each, names.get(each[0].opener_id, "")) for each in found]
    trail.record_read(
        session,
        by=actor,
        act=Act.LIST_READ,
        at=at,
        person_ids=sorted({each.person_id for each in shown}),
    )
    own = {glass.id for glass, *_ in found if access.allows(actor, Permission.GLASS_END, glass)}
    return Openings(
        own=tuple(each for each in shown if each.id in own),
        in_own_care=tuple(each for each in shown if each.id not in own),
    )


def _may_ask(session: Session, actor: Actor, record: Record) -> bool:
    """Whoever may read it anyway learns nothing from a mark; nobody else learns of the mark."""
    if not access.allows(actor, Permission.GLASS_BREAK, record):
        return False
    is_open = access.allows(actor, Permission.RECORD_READ, record)
    return is_open or not is_shut(session, record.person.id)


def _insist(reason: str, words: str, hours: int | None, delay: Wish | None, at: datetime) -> None:
    problems = problems_with(words, reason=reason, reasons=EmergencyReason)
    if hours not in HOURS:
        problems["hours"] = "choose"
    if delay is not None:
        problems |= delay.problems(at.date())
    if problems:
        raise InputRefused(problems)


def _opened(
    session: Session,
    actor: Actor,
    record: Record,
    key: bytes,
    said: Sequence[str],
    hours: int,
    at: datetime,
) -> BreakGlass:
    glass = BreakGlass(
        id=new_key(),
        person_id=record.person.id,
        unit_id=record.person.unit_id,
        unit=record.person.unit,
        opener_id=actor.account_id,
        opened_at=at,
        until_at=at + timedelta(hours=hours),
        review_by=at + REVIEW_WITHIN,
        next_tell_at=at + REVIEW_WITHIN,
    )
    glass.content = vault.sealed(key, glass, "content", list(said), size=SIZE)
    session.add(glass)
    session.flush()
    trail.record(
        session, by=actor, act=Act.GLASS_BROKEN, at=at, person_id=glass.person_id, subject=glass
    )
    return glass


def _tell(
    session: Session, glass: BreakGlass, key: bytes, at: datetime, *, tell_person: bool
) -> None:
    """Who looks after the person, who reviews it, and the person."""
    told = told_letters.carers_of(session, person_id=glass.person_id) - {glass.opener_id}
    about = About(glass.unit, glass.person_id, at, but=frozenset({glass.opener_id}))
    told |= told_letters.reviewers_over(session, about)
    told_letters.write_to(session, accounts=told, at=at)
    if tell_person:
        told_letters.write_to_person(session, person_id=glass.person_id, key=key, at=at)
        glass.told_at = at


def _shown(
    session: Session, glass: BreakGlass, identity: Identity | None, key: PersonKey, opener: str
) -> Opened:
    data_key = vault.unwrapped(session, key)
    content = vault.opened(data_key, identity, "content") if identity is not None else None
    reason, words = vault.opened(data_key, glass, "content")
    return Opened(
        id=glass.id,
        person_id=glass.person_id,
        name=vault.name_in(content, person_id=glass.person_id),
        opener=opener,
        opened_at=glass.opened_at,
        over_at=glass.over_at,
        reason=EmergencyReason(reason),
        words=words,
    )
