"""Nudging until a human has seen an alert: again, then to the clinic lead. For the job loop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from models import alerts, rulebook, trail, vault
from models.duty import watch
from models.programmes import Programme
from models.sealing import SealBroken
from models.tables.accounts import Account
from models.tables.care import Alert
from models.tables.doors import Invitation
from models.tables.letters import Letter
from models.tables.people import Identity, Person, PersonKey
from models.trail import Signature
from models.vocabulary import Act, AlertKind, AlertStatus, LetterKind
from welfare.policies import letter_box, links
from welfare.policies.alert_rounds import can_act
from welfare.policies.quiet_hours import at_night, night, that_can_wait
from welfare.policies.waiting_letters import is_still_needed

BATCH = 200
# An alert that a human has seen waits behind one that nobody has, and other work behind both.
IS_SEEN = case(
    (Alert.status == AlertStatus.ACKNOWLEDGED, 1), (Letter.kind == LetterKind.TASK, 2), else_=0
)
# Many asking to be called must not hold up the letter about a critical answer.
IS_CALL = case((Alert.kind == AlertKind.CALL_REQUEST, 1), else_=0)
# Nor may what only has to be known, or is to come.
IS_TOLD = case((Letter.kind.in_((LetterKind.TOLD, LetterKind.APPOINTMENT)), 1), else_=0)
LETTERS_AT_ONCE = 6  # a slow mail server must not outlast the lease of the round
FIRST_RETRY = timedelta(seconds=15)
LONGEST_RETRY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter that should leave now, with the address it goes to."""

    id: UUID
    kind: LetterKind
    address: str
    language: str = ""  # of its reader, where it is not the site's own
    link_path: str = ""  # of an invitation; nothing is kept that would open it


def nudge_again(session: Session, *, by: Signature, programme: Programme, at: datetime) -> int:
    """Write the letters that are due for alerts nobody has acknowledged. Returns how many.

    The clocks are those of what the alert's unit follows, else of `programme`. After its number
    of nudges the alert goes to the clinic lead (to the clinician on duty where there is no lead),
    who becomes its owner; the former owner keeps cover. An alert without an owner gets one as
    soon as there is.
    """
    _raise_orphans(session, by, at)
    due = session.scalars(
        select(Alert)
        .where(
            Alert.status == AlertStatus.RAISED,
            or_(Alert.next_nudge_at <= at, Alert.owner_id.is_(None)),
        )
        .order_by(Alert.owner_id.is_(None), Alert.due_at, Alert.id)  # a gap holds up no other
        .limit(BATCH)
    ).all()
    paths = {path for alert in due for path in alert.unit.line}
    holds = watch(session, paths=paths, at=at)
    followed = rulebook.followed(session, [alert.unit for alert in due], default=programme)
    for alert in due:
        human = holds.human_for(alert.unit, not_person=alert.person_id)
        lead = holds.lead(alert.unit, not_person=alert.person_id)
        _nudge(session, by, alert, human, lead or human, followed[alert.unit_id], at)
    return len(due)


def letters_waiting(session: Session, *, at: datetime) -> Sequence[Waiting]:
    """Letters not sent yet whose time has come, oldest first, with their opened addresses.

    What has been acknowledged meanwhile needs no letter any more, nor a link that is over. What
    can wait is not taken in the quiet hours of its reader.
    """
    now = night(session, at)
    found = session.execute(
        select(Letter, Identity, PersonKey)
        .join(Account, Account.id == Letter.recipient_id)
        .join(Identity, Identity.person_id == Account.person_id)
        .join(PersonKey, PersonKey.person_id == Account.person_id)
        .outerjoin(Alert, Alert.id == Letter.alert_id)
        .outerjoin(Invitation, Invitation.id == Letter.invitation_id)
        .where(Letter.sent_at.is_(None), Letter.next_try_at <= at, is_still_needed(at))
        .where(Letter.kind != LetterKind.TEXT)  # those go another way
        .where(or_(~that_can_wait(), ~at_night(Letter.recipient_id, now)))
        .order_by(IS_TOLD, IS_SEEN, IS_CALL, Letter.next_try_at, Letter.id)
        .limit(LETTERS_AT_ONCE)
    )
    return [_waiting(session, letter, identity, key) for letter, identity, key in found]


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


def _waiting(session: Session, letter: Letter, identity: Identity, key: PersonKey) -> Waiting:
    content = _content(session, identity, key)
    address = content.get("email", "")
    if letter.kind is LetterKind.APPOINTMENT:
        return _to_person(session, letter, content, key)
    if letter.kind is not LetterKind.INVITATION or letter.invitation_id is None:
        return Waiting(letter.id, letter.kind, address)
    invitation = session.get_one(Invitation, letter.invitation_id)
    path = links.path_for(vault.keys_of(session), invitation.id)
    return Waiting(letter.id, letter.kind, links.address_for(invitation, content), link_path=path)


def _to_person(
    session: Session, letter: Letter, content: dict[str, str], key: PersonKey
) -> Waiting:
    """In their own language, and never to an address that sent one back."""
    person = session.get_one(Person, key.person_id)
    language = vault.opened(vault.unwrapped(session, key), person, "facts").get("language") or ""
    address = letter_box.address_in(content) or ""
    return Waiting(letter.id, letter.kind, address, language=language)


def _raise_orphans(session: Session, by: Signature, at: datetime) -> None:
    """An open alert whose owner cannot act any more is nobody's: raise it anew, due now.

    They are disabled, or their last clinical Post is over, as by its last day.

    The cover, if there is one, keeps it readable; the nudge finds the next human.
    """
    orphans = session.scalars(
        select(Alert)
        .where(
            Alert.status.in_((AlertStatus.RAISED, AlertStatus.ACKNOWLEDGED)),
            Alert.owner_id.is_not(None),
            ~can_act(Alert.owner_id, at),
        )
        .order_by(Alert.due_at, Alert.id)
        .limit(BATCH)
    ).all()
    for alert in orphans:
        alert.status, alert.owner_id = AlertStatus.RAISED, None
        alert.acknowledged_at = alert.acknowledged_by = None
        alert.next_nudge_at, alert.nudges, alert.escalated_at = at, 0, at
        alert.overdue_at = None
        trail.record(
            session,
            by=by,
            act=Act.ALERT_ESCALATED,
            at=at,
            person_id=alert.person_id,
            subject=alert,
        )
    session.flush()


def _is_waiting(session: Session, alert: Alert) -> bool:
    """Is there a letter about this alert to its owner that has not left yet?"""
    waiting = session.scalar(
        select(Letter.id)
        .where(
            Letter.alert_id == alert.id,
            Letter.recipient_id == alert.owner_id,
            Letter.kind != LetterKind.TEXT,
            Letter.sent_at.is_(None),
        )
        .limit(1)
    )
    return waiting is not None


def _nudge(
    session: Session,
    by: Signature,
    alert: Alert,
    human: UUID | None,
    successor: UUID | None,
    programme: Programme,
    at: datetime,
) -> None:
    clocks = programme.clocks
    kind, act = LetterKind.NUDGE, Act.ALERT_NUDGED
    is_tired = alert.nudges >= clocks.nudges_before_escalation
    if is_tired and successor is not None and alert.owner_id != successor:
        alert.cover_id, alert.owner_id = alert.owner_id, successor
        alert.escalated_at, alert.nudges = at, 0
        kind, act = LetterKind.ESCALATION, Act.ALERT_ESCALATED
    elif alert.owner_id is None and human is not None:
        alert.owner_id = human
    if alert.owner_id is None:
        return  # still due: asked about again in the next round
    alert.next_nudge_at = at + clocks.nudge_every
    if not _is_waiting(session, alert):  # a dead mail server must not end in a pile of letters
        alerts.write_letter(session, alert=alert, to=alert.owner_id, kind=kind, at=at)
    alert.nudges += 1
    trail.record(session, by=by, act=act, at=at, person_id=alert.person_id, subject=alert)


def _content(session: Session, identity: Identity, key: PersonKey) -> dict[str, str]:
    """Empty if it cannot be opened: one damaged row must not hold up everybody's letters."""
    try:
        content: dict[str, str] = vault.opened(vault.unwrapped(session, key), identity, "content")
    except SealBroken:
        return {}
    return content
