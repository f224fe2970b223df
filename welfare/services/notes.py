"""A clinician's signed notes. A signed note is never changed; another one may be added to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from models import trail, vault
from models.base import new_key
from models.tables.care import Case, Note
from models.vocabulary import Act
from welfare.errors import AccessDenied, InputRefused, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission

WORDS_MOST = 8000
CONTENT_STEP = 4096  # notes are padded to multiples of this


@dataclass(frozen=True, slots=True)
class Draft:
    """What is about to be signed. `first_id`: the note that it is added to."""

    id: UUID
    case: Case
    first_id: UUID | None
    words: str


def sign_note(
    session: Session,
    *,
    actor: Actor,
    case_id: UUID,
    words: str,
    at: datetime,
    note_id: UUID | None = None,
    addendum_to: UUID | None = None,
) -> Note:
    """Sign a note into an own or shared open case. Raises InputRefused if empty or too long.

    `note_id` came with the form: the same words again give the same note, other words under a used
    id are refused. `addendum_to`: the note it is added to; an addition to an addition belongs to
    the same first note.
    """
    case = _find(session, actor, case_id)
    found = vault.locked_person_with_key(session, person_id=case.person_id)
    if found is None:
        raise RecordNotFound("no such person any more")
    key = found[1]
    case = _still_open(session, actor, case)
    first_id = None if addendum_to is None else _first(session, case, key, addendum_to)
    draft = Draft(note_id or new_key(), case, first_id, words.strip())
    earlier = session.get(Note, draft.id)
    if earlier is not None:
        return _again(session, actor, draft, earlier, key)
    _insist_on_words(words)
    return _signed(session, actor, draft, key, at)


def _find(session: Session, actor: Actor, case_id: UUID) -> Case:
    case = session.get(Case, case_id)
    if case is None:
        raise RecordNotFound("no such case")
    access.require(actor, Permission.NOTE_WRITE, case)
    return case


def _still_open(session: Session, actor: Actor, case: Case) -> Case:
    """As it is now that nobody else can change it: it may have been closed, or handed over."""
    person_id = case.person_id
    session.refresh(case, with_for_update={"of": Case, "key_share": True})
    access.require(actor, Permission.NOTE_WRITE, case)
    if case.person_id != person_id:
        raise RecordNotFound("the case belongs to another record by now")
    return case


def _first(session: Session, case: Case, key: bytes, note_id: UUID) -> UUID:
    note = session.get(Note, note_id)
    if note is None or note.person_id not in _keys(session, case, key, note):
        raise RecordNotFound("no such note in this record")
    return note.addendum_to or note.id


def _keys(session: Session, case: Case, key: bytes, note: Note) -> Mapping[UUID, bytes]:
    """A note stays with the record it was signed in, also when that was joined with another."""
    return vault.keys_of_record(session, person_id=case.person_id, key=key, rows=[note])


def _again(session: Session, actor: Actor, draft: Draft, earlier: Note, key: bytes) -> Note:
    """A form that was sent twice signs once. Other words are not lost: the page shows them."""
    if (earlier.author_id, earlier.case_id) != (actor.account_id, draft.case.id):
        raise AccessDenied("this id belongs to somebody else")
    held = _keys(session, draft.case, key, earlier).get(earlier.person_id)
    is_same = (
        held is not None
        and earlier.addendum_to == draft.first_id
        and vault.opened(held, earlier, "content")["words"] == draft.words
    )
    if not is_same:
        raise InputRefused({"words": "signed_already"})
    return earlier


def _insist_on_words(words: str) -> None:
    if not words.strip():
        raise InputRefused({"words": "empty"})
    if len(words) > WORDS_MOST:
        raise InputRefused({"words": "too_long"})


def _signed(session: Session, actor: Actor, draft: Draft, key: bytes, at: datetime) -> Note:
    note = Note(
        id=draft.id,
        case_id=draft.case.id,
        person_id=draft.case.person_id,
        author_id=actor.account_id,
        signed_at=at,
        addendum_to=draft.first_id,
    )
    note.content = vault.sealed(key, note, "content", {"words": draft.words}, size=CONTENT_STEP)
    session.add(note)
    trail.record(
        session,
        by=actor,
        act=Act.NOTE_SIGNED,
        at=at,
        person_id=draft.case.person_id,
        subject=note,
    )
    return note
