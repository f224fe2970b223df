"""What an export says of answers on paper and of screenings that were entered in error."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import vault
from models.merged import of_record
from models.tables.paper import EnteredInError, MovedScreening, PaperEntry, PaperForm
from models.tables.screenings import Screening
from welfare.policies.mistakes import opened
from welfare.policies.paper_answers import Keyed, unpack

Shown = dict[str, Any]


def of_paper(
    session: Session, *, person_id: UUID, keys: Mapping[UUID, bytes], names: Mapping[UUID, str]
) -> Shown:
    """Every form that was printed, what was typed in from it, and what was struck out since."""
    data_key = keys[person_id]
    entries = session.scalars(
        select(PaperEntry).where(PaperEntry.person_id == person_id).order_by(PaperEntry.turn)
    ).all()
    forms = session.scalars(
        select(PaperForm)
        .where(PaperForm.person_id == person_id)
        .order_by(PaperForm.printed_at, PaperForm.id)
    )
    return {
        "paper_forms": [
            {
                "number": form.number,
                "language": form.language,
                "printed_at": form.printed_at.isoformat(),
                "finished_at": form.closed_at.isoformat() if form.closed_at else None,
                "typed_in": [
                    _entry(each, data_key, names) for each in entries if each.form_id == form.id
                ],
            }
            for form in forms
        ],
        "entered_in_error": _marks(session, person_id, data_key, names),
        "moved_screenings": _moves(session, person_id, keys, names),
    }


def _entry(entry: PaperEntry, key: bytes, names: Mapping[UUID, str]) -> Shown:
    keyed: Keyed = unpack(vault.opened(key, entry, "content"))
    return {
        "at": entry.entered_at.isoformat(),
        "by": names.get(entry.entered_by),
        "day": keyed.day.isoformat(),
        "hour": keyed.hour.isoformat("minutes") if keyed.hour else None,
        "answers": keyed.answers,
    }


def _marks(session: Session, person_id: UUID, key: bytes, names: Mapping[UUID, str]) -> list[Shown]:
    found = session.execute(
        select(EnteredInError, Screening.day)
        .join(Screening, Screening.id == EnteredInError.screening_id)
        .where(EnteredInError.person_id == person_id)
        .order_by(EnteredInError.marked_at, EnteredInError.id)
    )
    marks = [(opened(key, mark, names), day) for mark, day in found]
    return [
        {
            "screening_of": day.isoformat(),
            "at": mark.at.isoformat(),
            "by": mark.by,
            "reason": mark.reason.value,
            "words": mark.words,
        }
        for mark, day in marks
    ]


def _moves(
    session: Session, person_id: UUID, keys: Mapping[UUID, bytes], names: Mapping[UUID, str]
) -> list[Shown]:
    """Both who lost it and who got it learn that it was moved, and neither who the other is."""
    found = session.execute(
        select(MovedScreening, Screening.day)
        .join(Screening, Screening.id == MovedScreening.screening_id)
        .where(
            or_(
                of_record(MovedScreening.person_id, person_id),
                of_record(MovedScreening.from_id, person_id),
            )
        )
        .order_by(MovedScreening.moved_at, MovedScreening.id)
    )
    return [_move(moved, day, keys, names) for moved, day in found]


def _move(
    moved: MovedScreening, day: date, keys: Mapping[UUID, bytes], names: Mapping[UUID, str]
) -> Shown:
    """Why it was moved stays with the record it was moved to."""
    came = moved.person_id in keys
    reason, words = None, None
    if came:
        reason, words = vault.opened(keys[moved.person_id], moved, "reason")
    return {
        "direction": "here" if came else "away",
        "at": moved.moved_at.isoformat(),
        "by": names.get(moved.moved_by),
        "screening_of": day.isoformat() if came else None,
        "reason": reason,
        "words": words,
    }
