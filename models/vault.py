"""The vault: opens and seals what belongs to a person, with that person's own key.

Keys are fetched with the rows they open and live only as long as the session; neither keys
nor plaintext are cached beyond it.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from models.merged import IN_FORCE, goes_on
from models.sealing import (
    Ciphertext,
    Keys,
    Place,
    SealBroken,
    open_sealed,
    seal,
    unwrap,
)
from models.tables.accounts import Account
from models.tables.merging import Merge
from models.tables.people import Identity, Person, PersonKey

KEYS = "keys"  # where an opened session carries the key source
# Both rows are locked: of an erasure under way this waits for the end, and then finds no key.
# Only the person's row would be read again after the wait, the destroyed key's would not.
WITH_KEY_LOCK: Mapping[str, Any] = {"of": (Person, PersonKey), "key_share": True}
PERSON_WITH_KEY = (
    select(Person, PersonKey)
    .join(PersonKey, PersonKey.person_id == Person.id)
    .where(Person.id == bindparam("person_id"))
)
LOCKED_WITH_KEY = PERSON_WITH_KEY.with_for_update(**WITH_KEY_LOCK).execution_options(
    populate_existing=True
)


class RecordErased(SealBroken):
    """The key was destroyed, which is no damage: the record is as good as missing."""


class Owned(Protocol):
    """A row that belongs to a person."""

    @property
    def id(self) -> Any: ...

    @property
    def person_id(self) -> Any: ...

    @property
    def __tablename__(self) -> str: ...


def keys_of(session: Session) -> Keys:
    keys: Keys = session.info[KEYS]
    return keys


def key_for(session: Session, *, person_id: UUID) -> bytes:
    """This person's data key. Raises RecordErased if it was destroyed."""
    stored = session.get(PersonKey, person_id)
    if stored is None:
        raise RecordErased("This person's record has been erased.")
    return unwrapped(session, stored)


def person_with_key(session: Session, *, person_id: UUID) -> tuple[Person, bytes] | None:
    """A person and their data key in one query; None if unknown or erased."""
    found = session.execute(PERSON_WITH_KEY, {"person_id": person_id}).one_or_none()
    return None if found is None else (found[0], unwrapped(session, found[1]))


def locked_person_with_key(session: Session, *, person_id: UUID) -> tuple[Person, bytes] | None:
    """The same for acts that write: an erasure at the same moment comes before or after."""
    found = session.execute(LOCKED_WITH_KEY, {"person_id": person_id}).one_or_none()
    return None if found is None else (found[0], unwrapped(session, found[1]))


def keys_for(session: Session, *, person_ids: Collection[UUID]) -> Mapping[UUID, bytes]:
    """The data keys of many people in one query. Erased people are left out."""
    stored = session.scalars(select(PersonKey).where(PersonKey.person_id.in_(person_ids)))
    return {key.person_id: unwrapped(session, key) for key in stored}


def keys_of_record(
    session: Session, *, person_id: UUID, key: bytes, rows: Iterable[Owned] | None = None
) -> dict[UUID, bytes]:
    """The own key, and those of records that were merged into this one: what stayed behind with
    them is theirs to open. One query; none if all of `rows` are the person's own."""
    if rows is not None and all(row.person_id == person_id for row in rows):
        return {person_id: key}
    merges = session.scalars(select(Merge).where(Merge.person_id == person_id, IN_FORCE))
    return {person_id: key, **{each.other_id: folded_key(key, each) for each in merges}}


def folded_key(key: bytes, merge: Merge) -> bytes:
    """The second record's key, which lies in the merge, sealed with the first one's."""
    return bytes.fromhex(opened(key, merge, "content")["key"])


class Wrapped(Protocol):
    """A PersonKey, or a row that holds its columns."""

    @property
    def person_id(self) -> Any: ...

    @property
    def wrapping_id(self) -> Any: ...

    @property
    def wrapped(self) -> Any: ...


def unwrapped(session: Session, stored: Wrapped) -> bytes:
    wrapping = keys_of(session).wrapping_key(stored.wrapping_id)
    return unwrap(wrapping, stored.person_id, stored.wrapped)


def sealed(key: bytes, row: Owned, column: str, content: Any, *, size: int = 1024) -> Ciphertext:
    """Content (anything JSON holds) sealed for this row and column. The row must have its id."""
    return sealed_at(key, _place(row, column), content, size=size)


def opened(key: bytes, row: Owned, column: str) -> Any:
    """What `sealed` put there, or None where nothing is stored."""
    return opened_at(key, _place(row, column), getattr(row, column))


def sealed_at(key: bytes, place: Place, content: Any, *, size: int) -> Ciphertext:
    """The same for a column that is written without loading its row."""
    return seal(key, place, _dump(content), size=size)


def opened_at(key: bytes, place: Place, stored: Ciphertext | None) -> Any:
    """The same for a column that was fetched without its row."""
    return None if stored is None else json.loads(open_sealed(key, place, stored))


def opened_all(session: Session, *, rows: Sequence[Owned], column: str) -> list[Any]:
    """The same column of many rows, the keys fetched in one query; None where erased."""
    keys = keys_for(session, person_ids={row.person_id for row in rows})
    return [
        opened(keys[row.person_id], row, column) if row.person_id in keys else None for row in rows
    ]


def sex_of(key: bytes, person: Person) -> str | None:
    """Of the sealed facts what a cut-point or a gate may depend on; None where it is not known."""
    facts: Mapping[str, Any] = opened(key, person, "facts")
    return facts.get("sex")


def name_in(content: Mapping[str, str] | None, *, person_id: UUID) -> str:
    """A name to show: of the opened identity, or the pseudonym of somebody who gave none."""
    name = f"{content['given']} {content['family']}".strip() if content else ""
    return name or f"#{person_id.hex[-8:]}"


def names_of(session: Session, *, account_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The names of account holders, for "who signed this" and "who opened my record".

    Somebody who was erased stays accountable by their pseudonym. Of two records that were merged
    the one that goes on gives the name.
    """
    owner = goes_on(Account.person_id)
    found = session.execute(
        select(Account.id, owner, Identity, PersonKey)
        .select_from(Account)
        .outerjoin(Identity, Identity.person_id == owner)
        .outerjoin(PersonKey, PersonKey.person_id == owner)
        .where(Account.id.in_(account_ids))
    ).all()
    return {
        account: name_in(_identity_or_none(session, identity, key), person_id=person_id)
        for account, person_id, identity, key in found
    }


def _identity_or_none(
    session: Session, identity: Identity | None, key: PersonKey | None
) -> Mapping[str, str] | None:
    if identity is None or key is None:
        return None
    content: Mapping[str, str] = opened(unwrapped(session, key), identity, "content")
    return content


def _place(row: Owned, column: str) -> Place:
    return Place(row.__tablename__, column, row.id, row.person_id)


def _dump(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
