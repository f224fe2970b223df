"""The one eraser of people: destroys the key, and with it everything that was ever sealed by it.

What stays is a pseudonym on a roster, its Posts and the days of its screenings, so that counts of
the past stay right. What the key had sealed is overwritten too, so that a copy of the key in an
older backup opens nothing of it. Notes and second copies of answers are rows that the database
never lets anybody change: they stay as ciphertext, and the destroyed key is what erases them.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, inspect, or_, select, update
from sqlalchemy.orm import Session

from models import assigned, bookings, merging, overseen, referring, trail, vault
from models.base import Base, new_key
from models.sealing import new_data_key
from models.sealing.envelope import OVERHEAD
from models.tables.accounts import Account, Post, WebSession
from models.tables.care import Alert, Case, Note
from models.tables.columns import Sealed
from models.tables.doors import (
    Challenge,
    Invitation,
    KnownDevice,
    Passkey,
    RecoveryCode,
    TotpSecret,
)
from models.tables.letters import Letter
from models.tables.lifecycle import Tombstone
from models.tables.measures import AssignedMeasure
from models.tables.merging import Merge
from models.tables.messages import Message
from models.tables.paper import EnteredInError, PaperForm
from models.tables.people import Identity, Membership, Person, PersonKey
from models.tables.places import DutyRoster
from models.tables.referrals import Referral
from models.tables.reminders import Reminder, WindowLink
from models.tables.screenings import ConflictCopy, Draft, Screening, Window
from models.trail import Signature
from models.vocabulary import Act, AlertStatus, CaseStatus, MessageEnding, ReferralStatus

# What belongs to an account and ends with it.
DOORS: tuple[type[Any], ...] = (
    WebSession,
    TotpSecret,
    Passkey,
    RecoveryCode,
    KnownDevice,
    Challenge,
    Invitation,
)
UNCHANGING: tuple[type[Any], ...] = (Note, ConflictCopy)
OUTCOME_SIZE = 8192  # of every outcome, so that one that says nothing does not stand out
NUMBER_BYTES = 8  # of noise in the place of a form's number: no sheet shows one like it
NO_PASSWORD = "erased"  # noqa: S105 - no hash looks like this, so no password ever matches it


def erase(
    session: Session,
    *,
    by: Signature,
    person_id: UUID,
    erased_at: datetime,
    erased_by: UUID | None,
    at: datetime,
) -> bool:
    """Erase one person. True if there was anything left to erase; doing it twice is harmless.

    Somebody this database does not know (yet) gets the tombstone alone. Whoever was merged into
    them goes with them. A tombstone of one who was merged into somebody else, and is known only
    after a restore, parts the two first: what was theirs lies with the other.
    """
    signed: dict[str, Any] = {
        "by": by,
        "erased_at": erased_at,
        "erased_by": erased_by,
        "at": at,
    }
    others = _merges(session, person_id, by=by, at=at)
    _end_requests(session, [person_id, *others], at)
    for other_id in others:  # first: their links refer to windows that are the other's now
        _erase(session, person_id=other_id, **signed)
    return _erase(session, person_id=person_id, **signed)


def with_others(session: Session, *, person_id: UUID) -> list[UUID]:
    """Whoever was merged into this person: an erasure takes them along."""
    merges = merging.merges_of(session, person_ids=[person_id])
    return [each.other_id for each in merges if each.person_id == person_id]


def _merges(session: Session, person_id: UUID, *, by: Signature, at: datetime) -> list[UUID]:
    for each in merging.merges_of(session, person_ids=[person_id]):
        if each.other_id == person_id:
            merging.part(session, found=each, by=by, at=at)
    return with_others(session, person_id=person_id)


def _end_requests(session: Session, person_ids: Sequence[UUID], at: datetime) -> None:
    """Nobody is asked any more whether they are the same as somebody else."""
    touches = Merge.person_id.in_(person_ids) | Merge.other_id.in_(person_ids)
    is_waiting = Merge.confirmed_at.is_(None) & Merge.undone_at.is_(None)
    session.execute(update(Merge).where(touches, is_waiting).values(undone_at=at))


def _erase(
    session: Session,
    *,
    by: Signature,
    person_id: UUID,
    erased_at: datetime,
    erased_by: UUID | None,
    at: datetime,
) -> bool:
    person = session.get(Person, person_id, with_for_update={"of": Person})
    key = session.get(PersonKey, person_id)
    stone = session.get(Tombstone, person_id)
    if stone is None:
        session.add(Tombstone(person_id=person_id, erased_at=erased_at, erased_by=erased_by))
    if person is None or (key is None and stone is not None):
        session.flush()
        return False
    _close_account(session, person, at)
    _delete(session, _rows(session, Reminder, Reminder.person_id == person.id))
    _delete(session, _rows(session, WindowLink, WindowLink.person_id == person.id))
    _delete(session, _rows(session, Draft, Draft.person_id == person.id))
    _leave_units(session, person, at)
    _end_care(session, by, person, at)
    _delete(session, [key, session.get(Identity, person.id)])
    _overwrite(session, person)
    _unlink(session, person)
    trail.record(session, by=by, act=Act.PERSON_ERASED, at=at, person_id=person.id)
    session.flush()
    return True


def rewritten_tables() -> list[Table]:
    """Where an erasure leaves old versions of rows behind that hold keys, digests or ciphertext.

    Not care_case, membership and the like: what is written over there are days and states.
    """
    tables = {*DOORS, Account, PersonKey, *(table for table, _columns in _sealed_tables())}
    return sorted((inspect(table).local_table for table in tables), key=lambda each: each.name)


def _close_account(session: Session, person: Person, at: datetime) -> None:
    """Nobody finds it by its sign-in name, and nothing opens it any more."""
    account = session.scalar(select(Account).where(Account.person_id == person.id))
    if account is None:
        return
    invitations = select(Invitation.id).where(Invitation.account_id == account.id)
    letters = Letter.sent_at.is_(None) | Letter.invitation_id.in_(invitations)
    _delete(session, _rows(session, Letter, Letter.recipient_id == account.id, letters))
    for table in DOORS:
        _delete(session, _rows(session, table, table.account_id == account.id))
    _delete(session, _rows(session, DutyRoster, *_duty_to_come(account, at)))
    for duty in _rows(session, DutyRoster, *_duty_now(account, at)):
        duty.until_at = at
    for post in _rows(session, Post, Post.account_id == account.id):
        if post.is_held(at.date()) or post.from_day > at.date():
            post.until_day = max(post.from_day, at.date())
    account.disabled_at = account.disabled_at or at
    account.login_digest = secrets.token_bytes(len(account.login_digest))
    account.password_hash = NO_PASSWORD


def _duty_to_come(account: Account, at: datetime) -> Sequence[Any]:
    return DutyRoster.account_id == account.id, DutyRoster.from_at >= at


def _duty_now(account: Account, at: datetime) -> Sequence[Any]:
    is_open = DutyRoster.until_at.is_(None) | (DutyRoster.until_at > at)
    return DutyRoster.account_id == account.id, DutyRoster.from_at < at, is_open


def _leave_units(session: Session, person: Person, at: datetime) -> None:
    """From today on they are on no roster, and no window opens for them."""
    for stay in _rows(session, Membership, Membership.person_id == person.id):
        if stay.until_day is None or stay.until_day > at.date():
            stay.until_day = max(stay.from_day, at.date())
    held = [  # whose days were moved after somebody had answered, or had a form printed
        select(column).where(column == Window.id).exists()
        for column in (Screening.window_id, PaperForm.window_id, EnteredInError.window_id)
    ]
    to_come = (Window.person_id == person.id, Window.opens_on > at.date(), ~or_(*held))
    _delete(session, _rows(session, Window, *to_come))


def _end_care(session: Session, by: Signature, person: Person, at: datetime) -> None:
    """Nothing waits for anybody: nobody could find the person, or say how it ended.

    After a restore there may be what was closed before the erasure, which is open again.
    """
    alerts = _rows(session, Alert, Alert.person_id == person.id)
    about = Letter.alert_id.in_([alert.id for alert in alerts])
    _delete(session, _rows(session, Letter, Letter.sent_at.is_(None), about))
    for alert in alerts:
        if alert.is_live:
            _end_alert(alert, at)
            _record(session, by, Act.ALERT_CLOSED, person, alert, at)
    _end_messages(session, person, at)
    for case in _rows(session, Case, Case.person_id == person.id, Case.status == CaseStatus.OPEN):
        case.status, case.closed_at = CaseStatus.CLOSED, at
        bookings.cancel_planned(session, case_id=case.id, by=by, at=at)
        _record(session, by, Act.CASE_CLOSED, person, case, at)
    for referral in _rows(session, Referral, Referral.person_id == person.id, referring.IS_OPEN):
        referral.ending = vault.sealed(new_data_key(), referral, "ending", None, size=OUTCOME_SIZE)
        referral.status, referral.ended_at = ReferralStatus.WITHDRAWN, at
        _record(session, by, Act.REFERRAL_WITHDRAWN, person, referral, at)
    theirs = AssignedMeasure.person_id == person.id
    assigned.end(session, which=theirs, by=by.account_id, at=at)
    overseen.end_all(session, person_id=person.id, at=at)
    session.flush()


def _end_messages(session: Session, person: Person, at: datetime) -> None:
    messages = _rows(session, Message, Message.person_id == person.id)
    about = Letter.message_id.in_([message.id for message in messages])
    _delete(session, _rows(session, Letter, Letter.sent_at.is_(None), about))
    for message in messages:
        if message.is_waiting:
            message.settled_at, message.ending = at, MessageEnding.OVER
            message.next_nudge_at = None


def _end_alert(alert: Alert, at: datetime) -> None:
    """One that nobody had acknowledged loses its clock: a closed one names who took it."""
    alert.next_nudge_at = None
    if alert.acknowledged_at is None:
        alert.status, alert.due_at = AlertStatus.HISTORIC, None
        return
    alert.outcome = vault.sealed(new_data_key(), alert, "outcome", None, size=OUTCOME_SIZE)
    alert.status, alert.closed_at = AlertStatus.CLOSED, at


def _record(
    session: Session, by: Signature, act: Act, person: Person, subject: Base, at: datetime
) -> None:
    trail.record(session, by=by, act=act, at=at, person_id=person.id, subject=subject)


def _unlink(session: Session, person: Person) -> None:
    """What was made from the keys of an imported file finds neither the person nor the answers,
    and a sheet of paper that somebody still holds finds nobody."""
    person.source_digest = None
    for form in _rows(session, PaperForm, PaperForm.person_id == person.id):
        form.number = secrets.token_hex(NUMBER_BYTES)
        form.closed_at = form.closed_at or form.printed_at
    for screening in _rows(session, Screening, Screening.person_id == person.id):
        screening.submission_id = new_key()


def _overwrite(session: Session, person: Person) -> None:
    """Noise of the same length, wherever something of theirs was sealed: in tables of today and
    in those that later versions bring."""
    noise_key = new_data_key()
    for table, columns in _sealed_tables():
        owner = Person.id if table is Person else table.person_id
        for row in _rows(session, table, owner == person.id):
            for column in columns:
                stored = getattr(row, column)
                if stored is not None:
                    size = len(stored) - OVERHEAD
                    setattr(row, column, vault.sealed(noise_key, row, column, None, size=size))
    session.flush()


def _sealed_tables() -> list[tuple[type[Any], list[str]]]:
    """Every table of a person's that can be changed, with its sealed columns, but the key's."""
    return [
        (mapper.class_, columns)
        for mapper in Base.registry.mappers
        if mapper.class_ not in (PersonKey, *UNCHANGING) and hasattr(mapper.class_, "person_id")
        if (columns := _sealed_columns(mapper.class_))
    ]


def _sealed_columns(table: type[Any]) -> list[str]:
    return [
        each.key for each in inspect(table).column_attrs if isinstance(each.columns[0].type, Sealed)
    ]


def _rows(session: Session, table: type[Any], *wanted: Any) -> Sequence[Any]:
    return session.scalars(select(table).where(*wanted)).all()


def _delete(session: Session, rows: Sequence[Any]) -> None:
    """At once, so that what refers to them is gone before they are."""
    for row in rows:
        if row is not None:
            session.delete(row)
    session.flush()
