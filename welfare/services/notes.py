"""A clinician's signed notes. A signed note is never changed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from models import trail, vault
from models.base import new_key
from models.tables.care import Case, Note
from models.vocabulary import Act, CaseStatus
from welfare.errors import InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission

WORDS_MOST = 8000
CONTENT_STEP = 4096  # notes are padded to multiples of this


def sign_note(session: Session, *, actor: Actor, case_id: UUID, words: str, at: datetime) -> Note:
    """Sign a note into an own open case. Raises InputRefused if empty or too long."""
    case = session.get(Case, case_id)
    if case is None:
        raise RecordNotFound("no such case")
    access.require(actor, Permission.NOTE_WRITE, case)
    if case.status is not CaseStatus.OPEN:
        raise MoveNotAllowed("the case is closed")
    if not words.strip():
        raise InputRefused({"words": "empty"})
    if len(words) > WORDS_MOST:
        raise InputRefused({"words": "too_long"})
    note = Note(
        id=new_key(),
        case_id=case.id,
        person_id=case.person_id,
        author_id=actor.account_id,
        signed_at=at,
    )
    key = vault.key_for(session, person_id=case.person_id)
    note.content = vault.sealed(key, note, "content", {"words": words.strip()}, size=CONTENT_STEP)
    session.add(note)
    trail.record(
        session,
        by=actor,
        act=Act.NOTE_SIGNED,
        at=at,
        person_id=case.person_id,
        subject=note,
    )
    return note
