"""Legal holds: while one stands, a person's record may not be erased, whoever asks for it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail, vault
from models.base import new_key
from models.tables.lifecycle import LegalHold
from models.tables.people import Person
from models.vocabulary import Act
from welfare.errors import InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission

LONGEST_REASON = 400
SIZE = 2048


def place_hold(
    session: Session, *, actor: Actor, person_id: UUID, reason: str, at: datetime
) -> LegalHold:
    """Raises InputRefused without a reason, MoveNotAllowed where one stands already."""
    person, key = _find(session, actor, person_id)
    words = reason.strip()
    if not words or len(words) > LONGEST_REASON:
        raise InputRefused({"reason": "needed" if not words else "too_long"})
    if _standing(session, person) is not None:
        raise MoveNotAllowed("a hold stands already")
    hold = LegalHold(id=new_key(), person_id=person.id, placed_at=at, placed_by=actor.account_id)
    hold.reason = vault.sealed(key, hold, "reason", words, size=SIZE)
    session.add(hold)
    trail.record(session, by=actor, act=Act.HOLD_PLACED, at=at, person_id=person.id, subject=hold)
    return hold


def lift_hold(session: Session, *, actor: Actor, person_id: UUID, at: datetime) -> LegalHold:
    """Raises MoveNotAllowed where none stands."""
    person, _key = _find(session, actor, person_id)
    hold = _standing(session, person)
    if hold is None:
        raise MoveNotAllowed("no hold stands")
    hold.lifted_at, hold.lifted_by = at, actor.account_id
    trail.record(session, by=actor, act=Act.HOLD_LIFTED, at=at, person_id=person.id, subject=hold)
    return hold


def _standing(session: Session, person: Person) -> LegalHold | None:
    return session.scalar(
        select(LegalHold).where(LegalHold.person_id == person.id, LegalHold.lifted_at.is_(None))
    )


def _find(session: Session, actor: Actor, person_id: UUID) -> tuple[Person, bytes]:
    """Locked, so that an erasure at the same moment comes before or after."""
    person = session.get(Person, person_id, with_for_update={"of": Person})
    found = vault.person_with_key(session, person_id=person_id)
    if person is None or found is None:
        raise RecordNotFound("no such person, or erased")
    access.require(actor, Permission.PERSON_HOLD, person.unit)
    return found
