"""Records that cannot be opened in an emergency: marked with a reason, lifted with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail, vault
from models.base import new_key
from models.tables.glass import ClosedRecord
from models.tables.people import Identity, Person, PersonKey
from models.vocabulary import Act, ShutReason
from welfare.errors import MoveNotAllowed
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.at_hand import end_glasses, find_person, identity_of
from welfare.policies.permissions import Permission
from welfare.policies.said import SIZE, insist_on


@dataclass(frozen=True, slots=True)
class Marked:
    """Whose record it is, and the mark, if it is closed now."""

    person_id: UUID
    name: str
    may_read: bool
    closed_at: datetime | None = None
    closed_by: str = ""
    reason: ShutReason | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    person_id: UUID
    name: str
    closed_at: datetime


def read_mark(session: Session, *, actor: Actor, person_id: UUID, at: datetime) -> Marked:
    """For the page that sets or lifts it; seeing the name is recorded."""
    record, key = find_person(
        session, actor=actor, person_id=person_id, permission=Permission.RECORD_SHUT
    )
    person = record.person
    trail.record_read(session, by=actor, act=Act.LIST_READ, at=at, person_ids=[person.id])
    name, _number = identity_of(session, person, key)
    may_read = access.allows(actor, Permission.RECORD_READ, record)
    mark = _mark(session, person.id)
    if mark is None:
        return Marked(person.id, name, may_read)
    reason, words = vault.opened(key, mark, "reason")
    by = vault.names_of(session, account_ids=[mark.closed_by]).get(mark.closed_by, "")
    return Marked(person.id, name, may_read, mark.closed_at, by, ShutReason(reason), words)


def close_record(
    session: Session, *, actor: Actor, person_id: UUID, reason: str, words: str, at: datetime
) -> None:
    """Nobody opens it in an emergency any more; what is open on it ends. Raises InputRefused, and
    MoveNotAllowed if it is closed already."""
    record, key = find_person(
        session, actor=actor, person_id=person_id, permission=Permission.RECORD_SHUT, locked=True
    )
    if _mark(session, person_id) is not None:
        raise MoveNotAllowed("closed already")
    insist_on(words, reason=reason, reasons=ShutReason)
    mark = ClosedRecord(
        id=new_key(), person_id=record.person.id, closed_at=at, closed_by=actor.account_id
    )
    mark.reason = vault.sealed(key, mark, "reason", [reason, words.strip()], size=SIZE)
    session.add(mark)
    _record(session, actor, Act.RECORD_SHUT, mark, at)
    for glass in end_glasses(session, record.person.id, at=at):
        trail.record(
            session, by=actor, act=Act.GLASS_ENDED, at=at, person_id=person_id, subject=glass
        )


def lift_closing(
    session: Session, *, actor: Actor, person_id: UUID, words: str, at: datetime
) -> None:
    """It can be opened in an emergency again. Raises InputRefused, MoveNotAllowed if it can be."""
    _, key = find_person(
        session, actor=actor, person_id=person_id, permission=Permission.RECORD_SHUT, locked=True
    )
    mark = _mark(session, person_id)
    if mark is None:
        raise MoveNotAllowed("it is not closed")
    insist_on(words)
    mark.lifted_at, mark.lifted_by = at, actor.account_id
    mark.lifting = vault.sealed(key, mark, "lifting", words.strip(), size=SIZE)
    _record(session, actor, Act.RECORD_UNSHUT, mark, at)


def list_marked(session: Session, *, actor: Actor, at: datetime) -> Sequence[Line]:
    """The closed records that the actor may open up again. One query; recorded."""
    found = session.execute(
        select(ClosedRecord, Identity, PersonKey)
        .join(Person, Person.id == ClosedRecord.person_id)
        .join(PersonKey, PersonKey.person_id == Person.id)
        .outerjoin(Identity, Identity.person_id == Person.id)
        .where(ClosedRecord.lifted_at.is_(None), access.visible(actor, Permission.RECORD_SHUT))
        .order_by(ClosedRecord.closed_at, ClosedRecord.id)
    ).all()
    people = [mark.person_id for mark, *_ in found]
    trail.record_read(session, by=actor, act=Act.LIST_READ, at=at, person_ids=people)
    return [_line(session, *each) for each in found]


def _line(session: Session, mark: ClosedRecord, identity: Identity | None, key: PersonKey) -> Line:
    content = None
    if identity is not None:
        content = vault.opened(vault.unwrapped(session, key), identity, "content")
    name = vault.name_in(content, person_id=mark.person_id)
    return Line(mark.person_id, name, mark.closed_at)


def _mark(session: Session, person_id: UUID) -> ClosedRecord | None:
    """Two records that were joined may bring two; lifting takes one after the other."""
    return session.scalars(
        select(ClosedRecord)
        .where(ClosedRecord.person_id == person_id, ClosedRecord.lifted_at.is_(None))
        .order_by(ClosedRecord.closed_at, ClosedRecord.id)
        .execution_options(populate_existing=True)
    ).first()


def _record(session: Session, actor: Actor, act: Act, mark: ClosedRecord, at: datetime) -> None:
    session.flush()
    trail.record(session, by=actor, act=act, at=at, person_id=mark.person_id, subject=mark)
