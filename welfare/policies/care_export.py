"""What an export says of care: interviews, alerts, periods of care, what was assigned, notes."""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from models.tables.care import Alert, Case, ContactAttempt, Note
from models.tables.interviews import Certification
from models.tables.measures import AssignedMeasure
from models.tables.plans import Appointment, Plan
from welfare.policies.export_words import Shown, fields, text


class Record(Protocol):
    """Whose export is being made: their rows, what opens them, and the names of staff."""

    def all(self, table: Any, *order: Any) -> Sequence[Any]: ...

    def opened(self, row: Any, column: str) -> Any: ...

    def name(self, account_id: UUID | None) -> str | None: ...


def of_care(record: Record) -> Shown:
    """What clinicians did for the person."""
    return {
        "interviews": [
            _interview(record, each)
            for each in record.all(Certification, Certification.certified_at)
        ],
        "alerts": [_alert(record, each) for each in record.all(Alert, Alert.raised_at)],
        "care_periods": [_case(record, each) for each in record.all(Case, Case.opened_at)],
        "assigned": [
            _measure(record, each)
            for each in record.all(AssignedMeasure, AssignedMeasure.assigned_at)
        ],
        "plans": [_plan(record, each) for each in record.all(Plan, Plan.made_at)],
        "appointments": [
            _appointment(record, each) for each in record.all(Appointment, Appointment.starts_at)
        ],
    }


def of_notes(record: Record) -> list[Shown]:
    """Each with its id, for the additions say to which one they belong."""
    return [_note(record, each) for each in record.all(Note, Note.signed_at)]


def _interview(record: Record, done: Certification) -> Shown:
    spoken_on, channel, words = record.opened(done, "content")
    return {
        "certified_at": text(done.certified_at),
        "by": record.name(done.certified_by),
        "spoken_on": spoken_on,
        "channel": channel,
        "words": words,
    }


def _alert(record: Record, alert: Alert) -> Shown:
    outcome, words = record.opened(alert, "outcome") or (None, "")
    attempts = [
        each for each in record.all(ContactAttempt, ContactAttempt.at) if each.alert_id == alert.id
    ]
    return {
        **fields([alert], "kind status raised_at due_at acknowledged_at overdue_at closed_at")[0],
        "detail": record.opened(alert, "detail"),
        "acuity": record.opened(alert, "acuity"),
        "owner": record.name(alert.owner_id),
        "acknowledged_by": record.name(alert.acknowledged_by),
        "contact_attempts": [_attempt(record, each) for each in attempts],
        "outcome": outcome,
        "outcome_words": words,
    }


def _attempt(record: Record, attempt: ContactAttempt) -> Shown:
    result, channel, words = record.opened(attempt, "content")
    by = record.name(attempt.by_id)
    return {
        "at": text(attempt.at),
        "by": by,
        "result": result,
        "channel": channel,
        "words": words,
        "next_try_at": text(attempt.next_try_at),
    }


def _case(record: Record, case: Case) -> Shown:
    reason, words = record.opened(case, "ending") or (None, "")
    return {
        **fields([case], "status opened_at closed_at held_until")[0],
        "clinician": record.name(case.clinician_id),
        "second_clinician": record.name(case.second_id),
        "ending": reason,
        "ending_words": words,
    }


def _measure(record: Record, measure: AssignedMeasure) -> Shown:
    return {
        **fields([measure], "rhythm assigned_at ended_at")[0],
        "instrument": record.opened(measure, "content")["instrument"],
        "by": record.name(measure.assigned_by),
    }


def _plan(record: Record, plan: Plan) -> Shown:
    content = record.opened(plan, "content")
    goals = [dict(zip(("words", "by", "state"), goal, strict=True)) for goal in content["goals"]]
    kept = [
        {"what": what, "who": who, "until": until}
        for what, (who, until) in content["keeping"].items()
    ]
    return {
        **fields([plan], "made_at review_on replaced_at")[0],
        "by": record.name(plan.author_id),
        **{name: content[name] for name in ("kind", "agreed", "said")},
        "keeping": kept,
        "goals": goals,
    }


def _appointment(record: Record, appointment: Appointment) -> Shown:
    shown = fields([appointment], "starts_at minutes status")[0]
    content = record.opened(appointment, "content")
    return {**shown, "with": record.name(appointment.with_id), **content}


def _note(record: Record, note: Note) -> Shown:
    words = record.opened(note, "content")["words"]
    shown = fields([note], "id signed_at addendum_to")[0]
    return {**shown, "by": record.name(note.author_id), "words": words}
