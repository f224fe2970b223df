"""A person's record with all that decides who may do something to it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models import vault
from models.tables.care import Alert, Case
from models.tables.glass import BreakGlass, ClosedRecord
from models.tables.people import Identity, Person
from welfare.errors import RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission
from welfare.policies.rules import Record


def record_of(session: Session, person: Person) -> Record:
    """Three queries."""

    return Record(
        person,
        cases=tuple(_rows(session, Case, person.id)),
        alerts=tuple(_rows(session, Alert, person.id)),
        glasses=tuple(_rows(session, BreakGlass, person.id)),
    )


def _rows(session: Session, table: type[Any], person_id: UUID) -> Sequence[Any]:
    return session.scalars(
        select(table).where(table.person_id == person_id).order_by(table.id)
    ).all()


def find_person(
    session: Session, *, actor: Actor, person_id: UUID, permission: Permission, locked: bool = False
) -> tuple[Record, bytes]:
    """Somebody to whose record the actor may do this, with what opens it. Raises RecordNotFound
    or AccessDenied, which look the same. `locked`: for acts, so that two come one by one."""
    find = vault.locked_person_with_key if locked else vault.person_with_key
    found = find(session, person_id=person_id)
    if found is None:
        raise RecordNotFound("no such person")
    record = record_of(session, found[0])
    access.require(actor, permission, record)
    return record, found[1]


def is_shut(session: Session, person_id: UUID) -> bool:
    """Is it closed to being opened in an emergency?"""
    marked = exists().where(ClosedRecord.person_id == person_id, ClosedRecord.lifted_at.is_(None))
    return bool(session.scalar(select(marked)))


def identity_of(session: Session, person: Person, key: bytes) -> tuple[str, str]:
    """Name and service number, to say whose record it is."""
    identity = session.get(Identity, person.id)
    content = vault.opened(key, identity, "content") if identity is not None else None
    number = str((content or {}).get("service_number", ""))
    return vault.name_in(content, person_id=person.id), number


def pseudonym(person_id: UUID) -> str:
    """For those who look at how a record is treated, and not into it."""
    return vault.name_in(None, person_id=person_id)


def end_glasses(session: Session, person_id: UUID, *, at: datetime) -> list[BreakGlass]:
    """Whatever is open on this record ends now. The caller writes the trail."""
    found = session.scalars(
        select(BreakGlass)
        .where(
            BreakGlass.person_id == person_id,
            BreakGlass.ended_at.is_(None),
            BreakGlass.until_at > at,
        )
        .order_by(BreakGlass.id)
    ).all()
    for glass in found:
        glass.ended_at = at
    return list(found)
