"""Why a screening is not what its person answered: a closed list, and words beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from models import vault
from models.tables.paper import EnteredInError

WORDS_MOST = 500  # signs
REASON_SIZE = 2560  # bytes; holds as many signs of any script


class MistakeReason(StrEnum):
    OTHER_PERSON = "other_person"  # these are somebody else's answers
    TYPED_WRONG = "typed_wrong"  # the paper or the file says something else
    BY_MISTAKE = "by_mistake"  # the person says that it was sent by mistake
    TWICE = "twice"  # the same answers stand here already
    OTHER = "other"


class WrongRecord(StrEnum):
    """Why a screening stood in somebody else's record."""

    PICKED = "picked"  # another person was chosen when it was entered
    MIXED = "mixed"  # two sheets, or two lines of a file
    SHARED = "shared"  # somebody answered through the way in of somebody else
    MOVED = "moved"  # it was moved there by mistake
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Mistake:
    """Who struck a screening out, when and why."""

    at: datetime
    by: str
    reason: MistakeReason
    words: str


def opened(key: bytes, mark: EnteredInError, names: Mapping[UUID, str]) -> Mistake:
    """The mark with its reason, for those who care for the person."""
    reason, words = vault.opened(key, mark, "reason")
    return Mistake(mark.marked_at, names.get(mark.marked_by, ""), MistakeReason(reason), words)
