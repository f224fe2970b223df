"""A notebook for oneself: nobody else can open it here, and the trail says nothing of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail, vault
from models.messaging import CONTENT_SIZE
from models.sealing import Ciphertext, new_data_key
from models.tables.messages import NotebookEntry
from models.tables.people import Person
from models.vocabulary import Act
from welfare.errors import ChangedMeanwhile, InputRefused, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission
from welfare.policies.threads import insist_on_words

ENTRIES_MOST = 500


@dataclass(frozen=True, slots=True)
class Entry:
    id: UUID
    written_at: datetime
    changed_at: datetime | None
    words: str
    version: int


def read_notebook(session: Session, *, actor: Actor, at: datetime) -> Sequence[Entry]:
    """All of it, newest first. That the own record was read is recorded, and no more."""
    person, key = _me(session, actor)
    found = session.scalars(
        select(NotebookEntry)
        .where(NotebookEntry.person_id == person.id)
        .order_by(NotebookEntry.written_at.desc(), NotebookEntry.id.desc())
    ).all()
    trail.record_read(
        session, by=actor, act=Act.OWN_RECORD_READ, at=at, person_ids=[person.id], subject=person
    )
    return [_opened(each, key) for each in found]


def read_entry(session: Session, *, actor: Actor, entry_id: UUID, at: datetime) -> Entry:
    person, key = _me(session, actor)
    entry = _mine(session, person, entry_id)
    trail.record_read(
        session, by=actor, act=Act.OWN_RECORD_READ, at=at, person_ids=[person.id], subject=person
    )
    return _opened(entry, key)


def write_entry(
    session: Session, *, actor: Actor, entry_id: UUID, words: str, at: datetime
) -> NotebookEntry:
    """`entry_id` came with the form: sent twice, it stands once. Raises InputRefused."""
    person, key = _me_locked(session, actor)
    kept = insist_on_words(words)
    earlier = session.get(NotebookEntry, entry_id)
    if earlier is not None:
        return _again(earlier, person, key, kept)
    count = select(NotebookEntry.id).where(NotebookEntry.person_id == person.id)
    if len(session.scalars(count.limit(ENTRIES_MOST)).all()) >= ENTRIES_MOST:
        raise InputRefused({"words": "notebook_full"})
    entry = NotebookEntry(id=entry_id, person_id=person.id, written_at=at)
    entry.content = _sealed(key, entry, kept)
    session.add(entry)
    return _recorded(session, actor, entry, at)


def change_entry(
    session: Session, *, actor: Actor, entry_id: UUID, version: int, words: str, at: datetime
) -> NotebookEntry:
    """Raises ChangedMeanwhile if it is not as the page showed it."""
    person, key = _me_locked(session, actor)
    entry = _mine(session, person, entry_id)
    kept = insist_on_words(words)
    if entry.version != version:
        raise ChangedMeanwhile("another page has changed it")
    entry.content, entry.changed_at = _sealed(key, entry, kept), at
    return _recorded(session, actor, entry, at)


def delete_entry(session: Session, *, actor: Actor, entry_id: UUID, at: datetime) -> None:
    """Its words are overwritten first, then the row goes. What is gone already stays gone."""
    person, _key = _me_locked(session, actor)
    if session.get(NotebookEntry, entry_id) is None:
        return
    entry = _mine(session, person, entry_id)
    entry.content = _sealed(new_data_key(), entry, "")
    session.flush()
    _recorded(session, actor, entry, at)
    session.delete(entry)


def _again(earlier: NotebookEntry, person: Person, key: bytes, words: str) -> NotebookEntry:
    if earlier.person_id != person.id:
        raise RecordNotFound("this id belongs to somebody else")
    if _words(key, earlier) != words:
        raise InputRefused({"words": "sent_already"})
    return earlier


def _mine(session: Session, person: Person, entry_id: UUID) -> NotebookEntry:
    entry = session.get(NotebookEntry, entry_id)
    if entry is None or entry.person_id != person.id:
        raise RecordNotFound("no such entry")
    return entry


def _opened(entry: NotebookEntry, key: bytes) -> Entry:
    return Entry(entry.id, entry.written_at, entry.changed_at, _words(key, entry), entry.version)


def _words(key: bytes, entry: NotebookEntry) -> str:
    return str(vault.opened(key, entry, "content")["words"])


def _sealed(key: bytes, entry: NotebookEntry, words: str) -> Ciphertext:
    return vault.sealed(key, entry, "content", {"words": words}, size=CONTENT_SIZE)


def _me(session: Session, actor: Actor) -> tuple[Person, bytes]:
    return _allowed(actor, vault.person_with_key(session, person_id=actor.person_id))


def _me_locked(session: Session, actor: Actor) -> tuple[Person, bytes]:
    return _allowed(actor, vault.locked_person_with_key(session, person_id=actor.person_id))


def _allowed(actor: Actor, found: tuple[Person, bytes] | None) -> tuple[Person, bytes]:
    if found is None:
        raise RecordNotFound("no such person")
    access.require(actor, Permission.NOTEBOOK_KEEP, found[0])
    return found


def _recorded(session: Session, actor: Actor, entry: NotebookEntry, at: datetime) -> NotebookEntry:
    """Without naming the row: how often somebody writes is nobody's business."""
    trail.record(session, by=actor, act=Act.OWN_RECORD_CHANGED, at=at, person_id=entry.person_id)
    return entry
