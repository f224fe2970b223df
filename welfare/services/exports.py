"""Everything held about one person, for that person: in words, with stable names, in one value.

Names of others are those of staff whom the person sees in their own pages anyway.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail, vault
from models.instruments.payload import unpack
from models.instruments.readable import in_words
from models.merged import of_record
from models.tables.accounts import Account
from models.tables.audit import AuditEvent
from models.tables.care import Alert, Case, ContactAttempt, Note
from models.tables.consents import Consent
from models.tables.interviews import Certification
from models.tables.lifecycle import LegalHold
from models.tables.measures import AssignedMeasure
from models.tables.messages import Message
from models.tables.people import Deployment, Identity, Membership, Person
from models.tables.places import Mission, Unit
from models.tables.referrals import Referral
from models.tables.reminders import Reminder, WindowLink
from models.tables.rosters import RosterChange, RosterImport
from models.tables.screenings import ConflictCopy, Draft, Screening, Window
from models.vocabulary import Act
from welfare.errors import RecordNotFound
from welfare.policies import access
from welfare.policies.account_export import of_account
from welfare.policies.actor import NOBODY, Actor
from welfare.policies.care_export import of_care, of_notes
from welfare.policies.delays import is_hidden
from welfare.policies.export_words import Shown, fields, text
from welfare.policies.happenings import read_happenings
from welfare.policies.letters_export import of_letters
from welfare.policies.merged_export import of_merges
from welfare.policies.messages_export import of_messages, of_notebook
from welfare.policies.oversight_export import ACTING, of_oversight
from welfare.policies.paper_export import of_paper
from welfare.policies.permissions import Permission
from welfare.policies.referral_export import of_referrals
from welfare.policies.roster_before import read_before

FORMAT = "welfare-person-export-1"
CONSOLE = "an operator at the server"
STAY = "leave_end_day capacity programme"  # beside its days


@dataclass(frozen=True, slots=True)
class Record:
    """Whose export is being made, with what opens it and the names of staff in it."""

    session: Session
    person: Person
    keys: Mapping[UUID, bytes]  # also of those that were merged into this record
    account: Account | None
    names: Mapping[UUID, str]

    def all(self, table: Any, *order: Any) -> Sequence[Any]:
        whole = of_record(table.person_id, self.person.id)
        return self.session.scalars(select(table).where(whole).order_by(*order, table.id)).all()

    def opened(self, row: Any, column: str) -> Any:
        return vault.opened(self.keys[row.person_id], row, column)

    def name(self, account_id: UUID | None) -> str | None:
        return None if account_id is None else self.names.get(account_id)


def export_person(
    session: Session, *, actor: Actor, person_id: UUID, with_notes: bool, at: datetime
) -> Shown:
    """All of it, as JSON can hold it. The caller commits before it hands anything on, so that
    the trail knows first. Raises RecordNotFound for somebody unknown or erased."""
    found = vault.person_with_key(session, person_id=person_id)
    if found is None:
        raise RecordNotFound("no such person, or erased")
    access.require(actor, Permission.PERSON_EXPORT, found[0].unit)
    record = _record(session, *found)
    content = _content(record, at)
    if with_notes:
        content["notes"] = of_notes(record)
    trail.record(session, by=actor, act=Act.PERSON_EXPORTED, at=at, person_id=person_id)
    return content


def export_own(session: Session, *, actor: Actor, at: datetime) -> Shown:
    """The same for its owner, with the notes, as the command's default has them; and with the
    notebook, which nobody else is given. The caller commits before it hands anything on."""
    found = vault.person_with_key(session, person_id=actor.person_id)
    if found is None:
        raise RecordNotFound("no such person")
    access.require(actor, Permission.OWN_RECORD_TAKE, found[0])
    record = _record(session, *found)
    content = {
        **_content(record, at),
        "notes": of_notes(record),
        "notebook": of_notebook(record),
    }
    trail.record(session, by=actor, act=Act.OWN_RECORD_TAKEN, at=at, person_id=actor.person_id)
    return content


def _record(session: Session, person: Person, key: bytes) -> Record:
    account = session.scalar(select(Account).where(Account.person_id == person.id))
    names = _names(session, person, account)
    keys = vault.keys_of_record(session, person_id=person.id, key=key)
    return Record(session, person, keys, account, names)


def _content(record: Record, at: datetime) -> Shown:
    return {
        "format": FORMAT,
        "made_at": at.isoformat(),
        "person": _person(record),
        "account": of_account(record.session, record.account),
        "memberships": _memberships(record),
        "deployments": _deployments(record),
        **_happenings(record),
        "windows": [_window(each) for each in record.all(Window, Window.opens_on)],
        "unfinished_answers": [_draft(record, each) for each in record.all(Draft)],
        "screenings": [_screening(record, each) for each in record.all(Screening, Screening.day)],
        "other_answers_received": [
            _copy(record, each) for each in record.all(ConflictCopy, ConflictCopy.received_at)
        ],
        **of_care(record),
        **of_referrals(record),
        "messages": of_messages(record),
        **_beside(record),
        **of_oversight(record, at),
        "trail": _trail(record, at),
    }


def _beside(record: Record) -> Shown:
    """What was done with the record itself."""
    return {
        "legal_holds": [
            {"placed_at": text(each.placed_at), "lifted_at": text(each.lifted_at)}
            for each in record.all(LegalHold, LegalHold.placed_at)
        ],
        "roster_changes": [
            _roster_change(record, each) for each in record.all(RosterChange, RosterChange.line)
        ],
        **of_paper(
            record.session, person_id=record.person.id, keys=record.keys, names=record.names
        ),
        **of_letters(
            record.all(Reminder, Reminder.written_at), record.all(WindowLink, WindowLink.made_at)
        ),
        "merges": of_merges(record.session, person_id=record.person.id, keys=record.keys),
    }


def _names(session: Session, person: Person, account: Account | None) -> Mapping[UUID, str]:
    """Of everybody who acted on this record; the person's own name is no secret here either."""
    columns = (
        (AuditEvent.actor_id, AuditEvent.person_id),
        (ContactAttempt.by_id, ContactAttempt.person_id),
        (Note.author_id, Note.person_id),
        (Case.clinician_id, Case.person_id),
        (Case.second_id, Case.person_id),
        (Certification.certified_by, Certification.person_id),
        (AssignedMeasure.assigned_by, AssignedMeasure.person_id),
        (Alert.owner_id, Alert.person_id),
        (Alert.acknowledged_by, Alert.person_id),
        (Consent.given_by, Consent.person_id),
        (Consent.withdrawn_by, Consent.person_id),
        (Referral.sender_id, Referral.person_id),
        (Referral.receiver_id, Referral.person_id),
        (Referral.responsible_id, Referral.person_id),
        *ACTING,
        (Message.author_id, Message.person_id),
        (Message.to_id, Message.person_id),
        (Message.settled_by, Message.person_id),
    )
    staff = {
        account_id
        for who, about in columns
        for account_id in session.scalars(select(who).where(of_record(about, person.id)).distinct())
        if account_id is not None
    }
    own = {account.id} if account is not None else set()
    return {NOBODY: CONSOLE, **vault.names_of(session, account_ids=staff | own)}


def _person(record: Record) -> Shown:
    identity = record.session.get(Identity, record.person.id)
    return {
        "id": str(record.person.id),
        "unit": record.person.unit.name,
        "facts": record.opened(record.person, "facts"),
        "identity": record.opened(identity, "content") if identity is not None else None,
        "last_results": record.opened(record.person, "summary"),
    }


def _memberships(record: Record) -> list[Shown]:
    found = record.session.execute(
        select(Unit.name, Membership.from_day, Membership.until_day)
        .join(Membership, Membership.unit_id == Unit.id)
        .where(of_record(Membership.person_id, record.person.id))
        .order_by(Membership.from_day, Membership.id)
    )
    return [
        {"unit": unit, "from_day": text(start), "until_day": text(end)}
        for unit, start, end in found
    ]


def _deployments(record: Record) -> list[Shown]:
    found = record.session.execute(
        select(Mission.name, Mission.site, Deployment)
        .join(Deployment, Deployment.mission_id == Mission.id)
        .where(Deployment.person_id == record.person.id)
        .order_by(Deployment.from_day, Deployment.id)
    )
    return [
        {"mission": mission, "site": site, **fields([stay], "from_day until_day " + STAY)[0]}
        for mission, site, stay in found
    ]


def _happenings(record: Record) -> Shown:
    """What happened there, and what the person was near."""
    key = record.keys[record.person.id]
    found = read_happenings(record.session, person_id=record.person.id, key=key)
    return {
        "deployment_events": fields(found.events, "kind from_day until_day mission words"),
        "incidents": fields(found.incidents, "day kind title"),
    }


def _window(window: Window) -> Shown:
    days = "opens_on due_by closes_on set_aside set_aside_on"
    return fields([window], f"code programme phase {days}")[0]


def _draft(record: Record, draft: Draft) -> Shown:
    return {"saved_at": text(draft.saved_at), "answers": record.opened(draft, "payload")}


def _screening(record: Record, screening: Screening) -> Shown:
    payload = unpack(record.opened(screening, "payload"))
    return {
        **fields([screening], "day phase origin")[0],
        "answered_at": text(payload.answered_at),
        "questionnaires": in_words(payload),
    }


def _copy(record: Record, copy: ConflictCopy) -> Shown:
    payload = unpack(record.opened(copy, "payload"))
    return {"received_at": text(copy.received_at), "questionnaires": in_words(payload)}


def _roster_change(record: Record, change: RosterChange) -> Shown:
    """What a roster did with this person: each value as it was before and after."""
    before = read_before(record.keys[change.person_id], change)
    roster = record.session.get_one(RosterImport, change.import_id)
    return {
        "kind": change.kind.value,
        "at": text(roster.made_at),
        "undone_at": text(change.undone_at),
        "values": {name: list(pair) for name, pair in {**before.identity, **before.facts}.items()},
    }


def _trail(record: Record, at: datetime) -> list[Shown]:
    """Who did what with this record: every reader is in it, but for what the person is told
    later."""
    events = record.session.scalars(
        select(AuditEvent)
        .where(of_record(AuditEvent.person_id, record.person.id))
        .where(~is_hidden(record.person.id, at=at))
        .order_by(AuditEvent.at, AuditEvent.id)
    )
    return [
        {**fields([event], "at act role")[0], "who": record.name(event.actor_id)}
        for event in events
    ]
