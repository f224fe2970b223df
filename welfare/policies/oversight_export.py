"""What an export says of oversight: openings in an emergency, what command was told, questions.

What a delay holds back is left out here as on the person's own pages.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from models.tables.glass import BreakGlass, ClosedRecord
from models.tables.notices import CommandNotice, DelayedNotice, EntryQuestion
from welfare.policies.delays import holds
from welfare.policies.export_words import Shown, fields, text


class Record(Protocol):
    """Whose export is being made: their rows, what opens them, and the names of staff."""

    def all(self, table: Any, *order: Any) -> Sequence[Any]: ...

    def opened(self, row: Any, column: str) -> Any: ...

    def name(self, account_id: UUID | None) -> str | None: ...


# Who acted on such rows: their names are part of the export.
ACTING = (
    (BreakGlass.opener_id, BreakGlass.person_id),
    (BreakGlass.reviewed_by, BreakGlass.person_id),
    (ClosedRecord.closed_by, ClosedRecord.person_id),
    (CommandNotice.by_id, CommandNotice.person_id),
    (DelayedNotice.decided_by, DelayedNotice.person_id),
    (EntryQuestion.reader_id, EntryQuestion.person_id),
    (EntryQuestion.replied_by, EntryQuestion.person_id),
)


def of_oversight(record: Record, at: datetime) -> Shown:
    delays = record.all(DelayedNotice, DelayedNotice.asked_at)
    by_thing = {delay.glass_id or delay.notice_id: delay for delay in delays}
    hidden = {thing for thing, delay in by_thing.items() if holds(delay, at)}
    glasses = record.all(BreakGlass, BreakGlass.opened_at)
    notices = record.all(CommandNotice, CommandNotice.at)
    return {
        "emergency_openings": [
            _glass(record, each, by_thing.get(each.id)) for each in glasses if each.id not in hidden
        ],
        "closed_to_emergencies": [
            _mark(record, each) for each in record.all(ClosedRecord, ClosedRecord.closed_at)
        ],
        "told_to_command": [
            _notice(record, each, by_thing.get(each.id))
            for each in notices
            if each.id not in hidden
        ],
        "questions_about_readers": [
            _question(record, each) for each in record.all(EntryQuestion, EntryQuestion.asked_at)
        ],
    }


def _glass(record: Record, glass: BreakGlass, delay: DelayedNotice | None) -> Shown:
    reason, words = record.opened(glass, "content")
    verdict, said = record.opened(glass, "verdict") or (None, "")
    return {
        **fields([glass], "opened_at until_at ended_at reviewed_at")[0],
        "by": record.name(glass.opener_id),
        "reason": reason,
        "words": words,
        "reviewed_by": record.name(glass.reviewed_by),
        "verdict": verdict,
        "verdict_words": said,
        "delay": _delay(record, delay),
    }


def _mark(record: Record, mark: ClosedRecord) -> Shown:
    reason, words = record.opened(mark, "reason")
    return {
        **fields([mark], "closed_at lifted_at")[0],
        "by": record.name(mark.closed_by),
        "reason": reason,
        "words": words,
    }


def _notice(record: Record, notice: CommandNotice, delay: DelayedNotice | None) -> Shown:
    content = record.opened(notice, "content")
    shown = {"at": text(notice.at), "by": record.name(notice.by_id)}
    return {**shown, **content, "delay": _delay(record, delay)}


def _delay(record: Record, delay: DelayedNotice | None) -> Shown | None:
    if delay is None:
        return None
    reason, words = record.opened(delay, "content")
    return {
        **fields([delay], "asked_at until_at decided_at")[0],
        "is_upheld": delay.is_upheld,
        "decided_by": record.name(delay.decided_by),
        "reason": reason,
        "words": words,
    }


def _question(record: Record, question: EntryQuestion) -> Shown:
    return {
        **fields([question], "act role day asked_at replied_at")[0],
        "about": record.name(question.reader_id),
        "question": record.opened(question, "question"),
        "reply": record.opened(question, "reply"),
        "replied_by": record.name(question.replied_by),
    }
