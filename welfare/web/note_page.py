"""Notes as the person page shows them, with what can be added, and the form of a new one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import url_for

from models.base import new_key
from welfare.policies.signed_notes import SignedNote
from welfare.services import records
from welfare.web.note_beginnings import on_offer
from welfare.web.wording import problem


def notes(
    view: records.PersonView, *, refused_id: UUID | None, words: str, problems: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Each signed note with its additions. `refused_id`: the one that could not be added to,
    which keeps what was entered."""
    return [
        _note(note, words=words, problems=problems if note.id == refused_id else {})
        for note in view.notes
    ]


def new_note(view: records.PersonView, *, words: str) -> dict[str, Any] | None:
    """The form of a new note; None for whoever may not sign one here."""
    if view.own_case is None:
        return None
    return {
        "action": url_for("people.sign_note", case_id=view.own_case.id),
        "key": str(new_key()),
        "words": words,
        "beginnings": on_offer(view),
    }


def _note(note: SignedNote, *, words: str, problems: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": str(note.id),
        "key": str(new_key()),
        "when": note.signed_at,
        "entries": [
            _entry(note, note.is_addition),
            *(_entry(each, True) for each in note.additions),
        ],
        "words": words if problems else "",
        "error": problem(problems["addition"]) if "addition" in problems else None,
    }


def _entry(note: SignedNote, is_addition: bool) -> dict[str, Any]:
    return {
        "when": note.signed_at,
        "by": note.by,
        "words": note.words,
        "is_addition": is_addition,
    }
