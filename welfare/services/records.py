"""One person's record, as the clinician who cares for them sees it: in one view."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from models import trail, vault
from models.merged import IN_FORCE, of_record
from models.tables.care import Alert, Case, ContactAttempt, Note
from models.tables.glass import BreakGlass
from models.tables.merging import Merge
from models.tables.people import Identity, Person, PersonKey
from models.tables.plans import Appointment
from models.vocabulary import Act, AppointmentStatus, CaseStatus
from welfare.errors import RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.alert_stories import AlertStory, read_alerts, story_of
from welfare.policies.booked import kept_days
from welfare.policies.happenings import Happenings, read_happenings
from welfare.policies.interviewing import Step
from welfare.policies.permissions import Permission
from welfare.policies.rules import Record
from welfare.policies.sent_screenings import (
    Answered,
    Sent,
    acting_in,
    answered_in,
    read_sent,
    steps_in,
)
from welfare.policies.signed_notes import SignedNote, in_threads
from welfare.policies.who_is import Who, who_is

Alerts = Mapping[UUID, tuple[Alert, Sequence[ContactAttempt]]]


@dataclass(frozen=True, slots=True)
class Held:
    """Whose record it is, as it is kept. `glasses`: opened in an emergency by the reader, and not
    over; `merges`: of records that go on in this one."""

    person: Person
    identity: Identity | None
    key: PersonKey
    glasses: tuple[BreakGlass, ...]
    merges: tuple[Merge, ...]


@dataclass(frozen=True, slots=True)
class PersonView:
    """All of a person page. `own_case` is the reader's open case, where notes can be written;
    `reader` their name, which stands on what they print.

    `record`: what other services are asked with, about the same person on the same page.
    """

    record: Record
    who: Who
    screenings: tuple[Answered, ...]
    steps: tuple[Step, ...]
    alerts: tuple[AlertStory, ...]
    notes: tuple[SignedNote, ...]
    happenings: Happenings
    own_case: Case | None
    reader: str
    sessions: Sequence[date]  # days on which one took place

    @property
    def person(self) -> Person:
        return self.record.person


def read_record(session: Session, *, actor: Actor, person_id: UUID, at: datetime) -> PersonView:
    """Open one record; seven queries, however long it is. Opening it is recorded."""
    held = _find(session, actor, person_id, at)
    cases, sessions = _care(session, person_id)
    alerts = read_alerts(session, person_id=person_id)
    record = Record(
        held.person,
        cases=cases,
        alerts=tuple(alert for alert, _attempts in alerts.values()),
        glasses=held.glasses,
    )
    access.require(actor, Permission.RECORD_READ, record)
    trail.record_read(
        session,
        by=actor,
        act=Act.RECORD_READ,
        at=at,
        person_ids=[held.person.id],
        subject=held.person,
    )
    return _view(session, actor, held, record, alerts, sessions)


def _find(session: Session, actor: Actor, person_id: UUID, at: datetime) -> Held:
    """Somebody of an imported file has a key and no identity."""
    theirs = and_(BreakGlass.person_id == Person.id, BreakGlass.opener_id == actor.account_id)
    found = session.execute(
        select(Person, Identity, PersonKey, BreakGlass, Merge)
        .outerjoin(Identity, Identity.person_id == Person.id)
        .join(PersonKey, PersonKey.person_id == Person.id)
        .outerjoin(BreakGlass, and_(theirs, BreakGlass.until_at > at))
        .outerjoin(Merge, and_(Merge.person_id == Person.id, IN_FORCE))
        .where(Person.id == person_id)
        .order_by(BreakGlass.id, Merge.id)
    ).all()
    if not found:
        raise RecordNotFound("no such person")
    person, identity, key, *_ = found[0]
    glasses = dict.fromkeys(glass for *_, glass, _merge in found if glass is not None)
    merges = dict.fromkeys(merge for *_, merge in found if merge is not None)
    return Held(person, identity, key, tuple(glasses), tuple(merges))


def _care(session: Session, person_id: UUID) -> tuple[tuple[Case, ...], Sequence[date]]:
    """Every period of care, and the days of the sessions in them."""
    kept = and_(Appointment.case_id == Case.id, Appointment.status == AppointmentStatus.KEPT)
    found = session.execute(
        select(Case, Appointment)
        .outerjoin(Appointment, kept)
        .where(of_record(Case.person_id, person_id))
        .order_by(Case.opened_at, Case.id, Appointment.starts_at, Appointment.id)
    ).all()
    sessions = kept_days(row for _case, row in found if row is not None)
    return tuple(dict.fromkeys(case for case, _row in found)), sessions


def _view(
    session: Session,
    actor: Actor,
    held: Held,
    record: Record,
    alerts: Alerts,
    sessions: Sequence[date],
) -> PersonView:
    person, keys = held.person, _opened_keys(session, held)
    notes = _notes(session, person.id)
    sent = read_sent(session, person_id=person.id)
    names = vault.names_of(session, account_ids=_acting(actor, alerts, notes, sent))
    answered = answered_in(sent, names, keys)
    stories = [story_of(alert, attempts, names, keys) for alert, attempts in alerts.values()]
    return PersonView(
        record=record,
        who=who_is(keys[person.id], person, held.identity),
        screenings=tuple(answered),
        steps=tuple(steps_in(session, sent, answered, names, keys)),
        alerts=tuple(reversed(stories)),
        notes=in_threads(notes, names=names, keys=keys),
        happenings=read_happenings(session, person_id=person.id, key=keys[person.id]),
        own_case=next((case for case in record.cases if _is_own(actor, case)), None),
        reader=names.get(actor.account_id, "") if actor.account_id else "",
        sessions=sessions,
    )


def _opened_keys(session: Session, held: Held) -> Mapping[UUID, bytes]:
    """By person: some rows stay with a record that was merged into this one."""
    key = vault.unwrapped(session, held.key)
    folded = {each.other_id: vault.folded_key(key, each) for each in held.merges}
    return {held.person.id: key, **folded}


def _notes(session: Session, person_id: UUID) -> Sequence[Note]:
    whole = of_record(Note.person_id, person_id)
    return session.scalars(select(Note).where(whole).order_by(Note.signed_at, Note.id)).all()


def _acting(actor: Actor, alerts: Alerts, notes: Sequence[Note], sent: Sequence[Sent]) -> set[UUID]:
    """Accounts whose names stand on the page."""
    attempts = {each.by_id for _alert, tried in alerts.values() for each in tried}
    reader = {actor.account_id} if actor.account_id else set()
    return attempts | {each.author_id for each in notes} | acting_in(sent) | reader


def _is_own(actor: Actor, case: Case) -> bool:
    return case.status is CaseStatus.OPEN and access.allows(actor, Permission.NOTE_WRITE, case)
