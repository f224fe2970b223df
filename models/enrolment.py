"""The one maker of people: a pseudonym, a key, sealed facts and identity, a place in a unit.

Every door uses it: an administrator's form, a roster or answer import, the first set-up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import vault
from models.base import Base, new_key
from models.merged import goes_on
from models.sealing import blind_index, new_data_key, wrap
from models.tables.people import Identity, Membership, Person, PersonKey
from models.tables.places import Unit

FACTS_SIZE = 128
IDENTITY_SIZE = 2048
SERVICE_NUMBER = "service_number"


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What is known of a person who is to be enrolled.

    `since` is None for somebody who is on no roster, such as a caller without a name.
    `facts`: sex, birth_year, rank_band, language. `identity`: given, family, service_number,
    phone, email; None for a pseudonymous person of an import.
    """

    unit: Unit
    since: date | None
    facts: Mapping[str, Any]
    identity: Mapping[str, str] | None = None
    source_digest: bytes | None = None


@dataclass(frozen=True, slots=True)
class Enrolled:
    person: Person
    data_key: bytes


def enrol(session: Session, *, newcomer: Newcomer, at: datetime) -> Enrolled:
    """Add one person and flush, so that other rows may refer to them."""
    person, key, rest, data_key = _rows(session, newcomer, at)
    session.add(person)
    session.flush()
    session.add_all([key, *rest])
    session.flush()
    return Enrolled(person, data_key)


def enrol_many(session: Session, *, newcomers: list[Newcomer], at: datetime) -> list[Enrolled]:
    """Add many people, table by table, so that the database gets few, large statements."""
    made = [_rows(session, newcomer, at) for newcomer in newcomers]
    session.add_all(person for person, *_ in made)
    session.flush()
    session.add_all(row for _, key, rest, _ in made for row in (key, *rest))
    session.flush()
    return [Enrolled(person, data_key) for person, _, _, data_key in made]


def person_numbered(session: Session, number: str) -> Person | None:
    """The person with this service number, found by its blind index.

    The number of a record that was merged into another finds the one that goes on.
    """
    digest = blind_index(vault.keys_of(session), SERVICE_NUMBER, number)
    return session.scalar(
        select(Person)
        .join(Identity, Person.id == goes_on(Identity.person_id))
        .where(Identity.service_digest == digest)
    )


def _rows(
    session: Session, newcomer: Newcomer, at: datetime
) -> tuple[Person, PersonKey, list[Base], bytes]:
    keys, data_key = vault.keys_of(session), new_data_key()
    person = Person(id=new_key(), unit_id=newcomer.unit.id, source_digest=newcomer.source_digest)
    person.unit = newcomer.unit
    person.facts = vault.sealed(data_key, person, "facts", newcomer.facts, size=FACTS_SIZE)
    current = keys.wrapping_id  # asked once: it may change from one moment to the next
    wrapped = wrap(keys.wrapping_key(current), person.id, data_key)
    key = PersonKey(person_id=person.id, wrapping_id=current, wrapped=wrapped)
    rest: list[Base] = []
    if newcomer.since is not None:
        rest.append(_membership(person, newcomer.since, at))
    if newcomer.identity is not None:
        rest.append(_identity(session, person, data_key, newcomer.identity))
    return person, key, rest, data_key


def _membership(person: Person, since: date, at: datetime) -> Membership:
    return Membership(person_id=person.id, unit_id=person.unit_id, from_day=since, recorded_at=at)


def _identity(
    session: Session, person: Person, data_key: bytes, content: Mapping[str, str]
) -> Identity:
    identity = Identity(person_id=person.id)
    identity.content = vault.sealed(
        data_key, identity, "content", dict(content), size=IDENTITY_SIZE
    )
    number = content.get(SERVICE_NUMBER)
    if number:
        identity.service_digest = blind_index(vault.keys_of(session), SERVICE_NUMBER, number)
    return identity
