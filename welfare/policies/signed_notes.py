"""Signed notes as a record shows them: each with what was added to it, and by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from models import vault
from models.tables.care import Note


@dataclass(frozen=True, slots=True)
class SignedNote:
    """`additions`: signed later, oldest first. `is_addition`: what it was added to is not in this
    record, because two records were parted."""

    id: UUID
    signed_at: datetime
    by: str
    words: str
    additions: tuple["SignedNote", ...] = ()
    is_addition: bool = False


def in_threads(
    notes: Sequence[Note], *, names: Mapping[UUID, str], keys: Mapping[UUID, bytes]
) -> tuple[SignedNote, ...]:
    """Notes that come oldest first: the newest first, each with its additions below it."""
    here = {note.id for note in notes}
    added: dict[UUID, list[SignedNote]] = {}
    for note in notes:
        if note.addendum_to in here:
            added.setdefault(note.addendum_to, []).append(_opened(note, (), names, keys))
    return tuple(
        _opened(note, tuple(added.get(note.id, ())), names, keys)
        for note in reversed(notes)
        if note.addendum_to not in here
    )


def _opened(
    note: Note,
    additions: tuple[SignedNote, ...],
    names: Mapping[UUID, str],
    keys: Mapping[UUID, bytes],
) -> SignedNote:
    return SignedNote(
        id=note.id,
        signed_at=note.signed_at,
        by=names.get(note.author_id, ""),
        words=vault.opened(keys[note.person_id], note, "content")["words"],
        additions=additions,
        is_addition=note.addendum_to is not None,
    )
