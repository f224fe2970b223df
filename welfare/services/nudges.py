"""Nudging until a human has seen an alert: again, then to the clinic lead. For the job loop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import alerts, trail, vault
from models.duty import watch
from models.programmes import Programme
from models.tables.accounts import Account
from models.tables.care import Alert
from models.tables.letters import Letter
from models.tables.people import Identity, PersonKey
from models.trail import Signature
from models.vocabulary import Act, AlertStatus, LetterKind

BATCH = 200
FIRST_RETRY = timedelta(seconds=15)
LONGEST_RETRY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter that should leave now, with the address it goes to."""

    id: UUID
    kind: LetterKind
    address: str


def nudge_again(session: Session, *, by: Signature, programme: Programme, at: datetime) -> int:
    """Write the letters that are due for alerts nobody has acknowledged. Returns how many.

    After the programme's number of nudges the alert goes to the clinic lead, who becomes its
    owner; the former owner keeps cover. An alert without an owner gets one as soon as there is.
    """
    due = session.scalars(
        select(Alert)
        .where(Alert.status == AlertStatus.RAISED, Alert.next_nudge_at <= at)
        .order_by(Alert.due_at, Alert.id)
        .limit(BATCH)
    ).all()
    paths = {path for alert in due for path in alert.unit.line}
    holds = watch(session, paths=paths, language="", at=at)
    for alert in due:
        human, lead = holds.human_for(alert.unit), holds.lead(alert.unit)
        _nudge(session, by, alert, human, lead, programme, at)
    return len(due)


def letters_waiting(session: Session, *, at: datetime) -> Sequence[Waiting]:
    """Letters not sent yet whose time has come, oldest first, with their opened addresses."""
    found = session.execute(
        select(Letter, Identity, PersonKey)
        .join(Account, Account.id == Letter.recipient_id)
        .join(Identity, Identity.person_id == Account.person_id)
        .join(PersonKey, PersonKey.person_id == Account.person_id)
        .where(Letter.sent_at.is_(None), Letter.next_try_at <= at)
        .order_by(Letter.next_try_at, Letter.id)
        .limit(BATCH)
    )
    return [
        Waiting(letter.id, letter.kind, _address(vault.unwrapped(session, key), identity))
        for letter, identity, key in found
    ]


def note_sent(session: Session, *, letter_id: UUID, at: datetime) -> None:
    """The letter left. Written after it left: a crash between the two repeats it once."""
    letter = session.get_one(Letter, letter_id)
    letter.tries += 1
    letter.sent_at = at


def note_failed(session: Session, *, letter_id: UUID, at: datetime) -> None:
    """The letter did not leave; try again after a wait that doubles."""
    letter = session.get_one(Letter, letter_id)
    letter.next_try_at = at + min(FIRST_RETRY * 2 ** min(letter.tries, 10), LONGEST_RETRY)
    letter.tries += 1


def _nudge(
    session: Session,
    by: Signature,
    alert: Alert,
    human: UUID | None,
    lead: UUID | None,
    programme: Programme,
    at: datetime,
) -> None:
    clocks = programme.clocks
    alert.next_nudge_at = at + clocks.nudge_every
    kind, act = LetterKind.NUDGE, Act.ALERT_NUDGED
    is_tired = alert.nudges >= clocks.nudges_before_escalation
    if is_tired and lead is not None and alert.owner_id != lead:
        alert.cover_id, alert.owner_id = alert.owner_id, lead
        alert.escalated_at, alert.nudges = at, 0
        kind, act = LetterKind.ESCALATION, Act.ALERT_ESCALATED
    elif alert.owner_id is None:
        alert.owner_id = human
    if alert.owner_id is None:
        return
    alerts.write_letter(session, alert=alert, to=alert.owner_id, kind=kind, at=at)
    alert.nudges += 1
    trail.record(session, by=by, act=act, at=at, person_id=alert.person_id, subject=alert)


def _address(key: bytes, identity: Identity) -> str:
    address: str = vault.opened(key, identity, "content").get("email", "")
    return address
