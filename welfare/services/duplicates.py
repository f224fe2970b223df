"""Finding people who may be enrolled twice, in an administrator's own units.

Only names, numbers and contacts are held against each other. They are sealed for each person, so
every identity of the own units is opened once, in batches; those that are shown are recorded.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail, vault
from models.sealing import Place
from models.tables.merging import Merge
from models.tables.people import Identity, Person, PersonKey
from models.tables.places import Unit
from models.vocabulary import Act
from welfare.errors import AccessDenied
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.likeness import Alike, Pair, pairs, signs
from welfare.policies.permissions import Permission

BATCH = 1_000
SHOWN = 50
Found = Mapping[Pair[UUID], Sequence[Alike]]


@dataclass(frozen=True, slots=True)
class Known:
    person_id: UUID
    name: str
    service_number: str
    unit: str


@dataclass(frozen=True, slots=True)
class Likely:
    """Two records, the older one first, and what they share."""

    first: Known
    second: Known
    why: tuple[Alike, ...]


@dataclass(frozen=True, slots=True)
class Duplicates:
    pairs: tuple[Likely, ...]
    count: int
    people: int  # how many were held against each other


def find_duplicates(
    session: Session, *, actor: Actor, at: datetime, most: int = SHOWN
) -> Duplicates:
    """Pairs that nobody has asked about yet, those that share most first. Showing them is
    recorded."""
    if not access.may_ever(actor, Permission.PEOPLE_MERGE):
        raise AccessDenied("for administrators")
    seen: dict[UUID, Known] = {}
    found = pairs(_signs(session, actor, seen))
    asked = _asked_about(session)
    new = [pair for pair in found if frozenset(pair) not in asked]
    shown = new[:most]
    people = dict.fromkeys(person for pair in shown for person in pair)
    trail.record_read(session, by=actor, act=Act.LIST_READ, at=at, person_ids=people)
    return Duplicates(
        pairs=tuple(
            Likely(seen[first], seen[second], tuple(found[first, second]))
            for first, second in shown
        ),
        count=len(new),
        people=len(seen),
    )


def _signs(
    session: Session, actor: Actor, seen: dict[UUID, Known]
) -> Iterator[tuple[UUID, Alike, Any]]:
    """Ids are ordered by time, so the older record of a pair comes first."""
    query = (
        select(
            Identity.person_id,
            Identity.content,
            Person.facts,
            Unit.name,
            PersonKey.wrapping_id,
            PersonKey.wrapped,
        )
        .join(Person, Person.id == Identity.person_id)
        .join(PersonKey, PersonKey.person_id == Identity.person_id)
        .join(Unit, Unit.id == Person.unit_id)
        .where(access.visible(actor, Permission.PEOPLE_MERGE))
        .order_by(Identity.person_id)
        .execution_options(yield_per=BATCH)
    )
    for row in session.execute(query):
        key = vault.unwrapped(session, row)
        identity = _opened(key, row.person_id, "identity", "content", row.content)
        facts = _opened(key, row.person_id, "person", "facts", row.facts)
        number = identity.get("service_number") or ""
        name = vault.name_in(identity, person_id=row.person_id)
        seen[row.person_id] = Known(row.person_id, name, number, row.name)
        for sign, value in signs(identity, facts):
            yield row.person_id, sign, value


def _opened(key: bytes, person_id: UUID, table: str, column: str, stored: Any) -> dict[str, Any]:
    content: dict[str, Any] = vault.opened_at(
        key, Place(table, column, person_id, person_id), stored
    )
    return content


def _asked_about(session: Session) -> set[frozenset[UUID]]:
    """Merges that wait, were refused or parted: a human has looked at these two."""
    found = session.execute(select(Merge.person_id, Merge.other_id))
    return {frozenset(pair) for pair in found}
