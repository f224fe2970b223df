"""Text messages to whoever owns an alert: the twin of a letter about it, kept like a letter.

Its row has the alert, the recipient and the moment of its letter, so that each has one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVarTuple
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from models import vault
from models.sealing import SealBroken
from models.tables.accounts import Account
from models.tables.care import Alert
from models.tables.doors import Invitation
from models.tables.letters import Letter
from models.tables.people import Identity, PersonKey
from models.vocabulary import LetterKind
from welfare.policies.waiting_letters import is_still_needed

ABOUT_ALERTS = (LetterKind.NUDGE, LetterKind.ESCALATION)
FRESH = timedelta(hours=1)  # an older letter is followed by another one
BATCH = 200
MESSAGES_AT_ONCE = 6  # a slow program must not outlast the lease of the round
FIRST_RETRY = timedelta(seconds=15)
LONGEST_RETRY = timedelta(minutes=10)
Twin = aliased(Letter)
Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that should leave now. `kind`: of its letter, which has the words. Without a
    `phone` it cannot leave: its owner has taken the number away since."""

    id: UUID
    kind: LetterKind
    phone: str


def write_due(session: Session, *, at: datetime) -> int:
    """One message for each letter about an alert whose recipient has a telephone."""
    twin = exists().where(
        Twin.kind == LetterKind.TEXT,
        Twin.alert_id == Letter.alert_id,
        Twin.recipient_id == Letter.recipient_id,
        Twin.written_at == Letter.written_at,
    )
    found = session.execute(
        _with_owner(select(Letter, Identity, PersonKey))
        .where(Letter.kind.in_(ABOUT_ALERTS), Letter.written_at > at - FRESH)
        .where(is_still_needed(at), ~twin)
        .order_by(Letter.written_at.desc(), Letter.id)
        .limit(BATCH)
    ).all()
    written = [letter for letter, identity, key in found if _phone(session, identity, key)]
    session.add_all(
        Letter(
            kind=LetterKind.TEXT,
            recipient_id=letter.recipient_id,
            alert_id=letter.alert_id,
            written_at=letter.written_at,
            next_try_at=at,
        )
        for letter in written
    )
    return len(written)


def messages_waiting(session: Session, *, at: datetime) -> Sequence[Waiting]:
    """Messages not sent yet whose time has come, while somebody still has to be told."""
    found = session.execute(
        _with_owner(select(Letter, Twin.kind, Identity, PersonKey))
        .join(
            Twin,
            (Twin.alert_id == Letter.alert_id)
            & (Twin.recipient_id == Letter.recipient_id)
            & (Twin.written_at == Letter.written_at)
            & Twin.kind.in_(ABOUT_ALERTS),
        )
        .where(Letter.kind == LetterKind.TEXT, Letter.sent_at.is_(None))
        .where(Letter.written_at > at - FRESH)  # after that it has been followed by another one
        .where(Letter.next_try_at <= at, is_still_needed(at))
        .order_by(Letter.next_try_at, Letter.id)
        .limit(MESSAGES_AT_ONCE)
    ).all()
    waiting = {
        letter.id: Waiting(letter.id, kind, _phone(session, identity, key))
        for letter, kind, identity, key in found
    }
    return list(waiting.values())


def note_sent(session: Session, *, message_id: UUID, at: datetime) -> None:
    """Written after it left: a crash between the two repeats it once."""
    message = session.get_one(Letter, message_id)
    message.tries += 1
    message.sent_at = at


def note_failed(session: Session, *, message_id: UUID, at: datetime) -> None:
    """It did not leave; try again after a wait that doubles."""
    message = session.get_one(Letter, message_id)
    message.next_try_at = at + min(FIRST_RETRY * 2 ** min(message.tries, 10), LONGEST_RETRY)
    message.tries += 1


def _with_owner(columns: Select[*Columns]) -> Select[*Columns]:
    return (
        columns.select_from(Letter)
        .join(Account, Account.id == Letter.recipient_id)
        .join(Identity, Identity.person_id == Account.person_id)
        .join(PersonKey, PersonKey.person_id == Account.person_id)
        .join(Alert, Alert.id == Letter.alert_id)
        .outerjoin(Invitation, Invitation.id == Letter.invitation_id)
    )


def _phone(session: Session, identity: Identity, key: PersonKey) -> str:
    """Empty where there is none, or if it cannot be opened: that holds up nobody else's."""
    try:
        content = vault.opened(vault.unwrapped(session, key), identity, "content")
    except SealBroken:
        return ""
    return str(content.get("phone") or "").strip()
