"""What an export says of messages, and of the notebook, which only its owner is given."""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from models.tables.messages import Message, NotebookEntry
from welfare.policies.export_words import Shown, fields


class Record(Protocol):
    """Whose export is being made: their rows, what opens them, and the names of staff."""

    def all(self, table: Any, *order: Any) -> Sequence[Any]: ...

    def opened(self, row: Any, column: str) -> Any: ...

    def name(self, account_id: UUID | None) -> str | None: ...


def of_messages(record: Record) -> list[Shown]:
    """Both sides of the thread, oldest first."""
    return [_message(record, each) for each in record.all(Message, Message.sent_at)]


def of_notebook(record: Record) -> list[Shown]:
    return [_entry(record, each) for each in record.all(NotebookEntry, NotebookEntry.written_at)]


def _message(record: Record, message: Message) -> Shown:
    return {
        **fields([message], "id sent_at read_at due_at settled_at ending reply_to")[0],
        "by": record.name(message.author_id),
        "to": record.name(message.to_id),
        "settled_by": record.name(message.settled_by),
        "words": record.opened(message, "content")["words"],
    }


def _entry(record: Record, entry: NotebookEntry) -> Shown:
    shown = fields([entry], "written_at changed_at")[0]
    return {**shown, "words": record.opened(entry, "content")["words"]}
