"""A thread of messages as its pages show it, and what may be sent into it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import vault
from models.messaging import CONTENT_SIZE, WORDS_MOST
from models.sealing import Ciphertext
from models.tables.care import Case
from models.tables.messages import Message
from models.vocabulary import MessageEnding
from welfare.errors import AccessDenied, InputRefused


@dataclass(frozen=True, slots=True)
class Said:
    """One message, opened. `by`: who wrote it; `settled_by`: who saw to it."""

    id: UUID
    sent_at: datetime
    by: str
    is_from_person: bool
    words: str
    read_at: datetime | None
    due_at: datetime | None
    ending: MessageEnding | None
    settled_by: str


def opened(session: Session, messages: Sequence[Message], key: bytes) -> tuple[Said, ...]:
    """In the order in which they come; one query for all names."""
    acting = {each.author_id for each in messages} | {
        each.settled_by for each in messages if each.settled_by is not None
    }
    names = vault.names_of(session, account_ids=acting) if acting else {}
    return tuple(_said(each, names, key) for each in messages)


def cases_of(session: Session, person_id: UUID) -> tuple[Case, ...]:
    """What decides who may read the person's thread."""
    return tuple(session.scalars(select(Case).where(Case.person_id == person_id)))


def _said(message: Message, names: Mapping[UUID, str], key: bytes) -> Said:
    return Said(
        id=message.id,
        sent_at=message.sent_at,
        by=names.get(message.author_id, ""),
        is_from_person=message.is_from_person,
        words=words_of(key, message),
        read_at=message.read_at,
        due_at=message.due_at,
        ending=message.ending,
        settled_by=names.get(message.settled_by, "") if message.settled_by else "",
    )


def words_of(key: bytes, message: Message) -> str:
    return str(vault.opened(key, message, "content")["words"])


def sealed(key: bytes, message: Message, words: str) -> Ciphertext:
    return vault.sealed(key, message, "content", {"words": words}, size=CONTENT_SIZE)


def insist_on_words(given: str) -> str:
    """As they are kept: a line ends in one way. Raises InputRefused if empty or too long."""
    words = given.replace("\r\n", "\n").strip()
    if not words:
        raise InputRefused({"words": "empty"})
    if len(words) > WORDS_MOST:
        raise InputRefused({"words": "too_long"})
    return words


def insist_on_same(key: bytes, earlier: Message, *, author_id: UUID, words: str) -> Message:
    """A form that was sent twice sends once. Other words are not lost: the page shows them."""
    if earlier.author_id != author_id:
        raise AccessDenied("this id belongs to somebody else")
    if words_of(key, earlier) != words:
        raise InputRefused({"words": "sent_already"})
    return earlier
