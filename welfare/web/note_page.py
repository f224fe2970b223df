"""Notes as the person page shows them, with what can be added, and the draft of a new one."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import format_date
from flask_babel import gettext as _

from models.base import new_key
from models.instruments import find
from models.instruments.payload import Response
from welfare.policies.signed_notes import SignedNote
from welfare.services import records
from welfare.web.trends import change_of
from welfare.web.wording import problem

NEWEST = "newest"  # what a new note may begin with


def notes(
    view: records.PersonView, *, refused_id: UUID | None, words: str, problems: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Each signed note with its additions. `refused_id`: the one that could not be added to,
    which keeps what was entered."""
    return [
        _note(note, words=words, problems=problems if note.id == refused_id else {})
        for note in view.notes
    ]


def new_note(view: records.PersonView, *, begin: str, words: str) -> dict[str, Any] | None:
    """The form of a new note; None for whoever may not sign one here."""
    if view.own_case is None:
        return None
    draft = draft_of(view)
    return {
        "action": url_for("people.sign_note", case_id=view.own_case.id),
        "key": str(new_key()),
        "words": draft if begin == NEWEST and not words else words,
        "begin_url": url_for("people.show", person_id=view.person.id, begin=NEWEST, _anchor="notes")
        if draft
        else None,
    }


def draft_of(view: records.PersonView) -> str:
    """The newest result in plain words; nothing but what the page shows anyway."""
    counting = [
        each
        for each in view.screenings
        if each.mistake is None and not each.is_copy and not each.is_repeat
    ]
    if not counting:
        return ""
    *earlier, newest = counting
    lines = [
        _line(response, earlier)
        for response in newest.payload.responses
        if find(response.instrument).total is not None
    ]
    return "\n".join([format_date(newest.day, "long"), *lines])


def _line(response: Response, earlier: Sequence[records.Answered]) -> str:
    code, result = response.instrument, response.result
    before = [each.payload.response(code) for each in earlier if each.payload.part_of is None]
    totals = [each.result.total for each in before if each is not None]
    return str(
        _(
            "%(code)s: %(total)s. %(cut)s. Since the last one: %(change)s.",
            code=code.upper(),
            total=_total(response),
            cut=_cut(result.positive),
            change=change_of(code, [*totals, result.total]),
        )
    )


def _total(response: Response) -> str:
    total = response.result.total
    if total is None:
        return str(_("Not complete: no total"))
    highest = find(response.instrument, response.result.version).total_range[1]
    return str(_("Total %(total)s of %(highest)s", total=f"{total:g}", highest=f"{highest:g}"))


def _cut(positive: bool | None) -> str:
    if positive is None:
        return str(_("Above cut-point: not known"))
    return str(_("At or above cut-point") if positive else _("Below cut-point"))


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
