"""One person's record, as the clinician who cares for them sees it: in one view."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from models import trail, vault
from models.base import made_at
from models.early_parts import is_repeated
from models.instruments.payload import Payload, unpack
from models.merged import of_record
from models.tables.care import Alert, Case, ContactAttempt, Note
from models.tables.glass import BreakGlass
from models.tables.paper import EnteredInError
from models.tables.people import Deployment, Identity, Person, PersonKey
from models.tables.places import Mission
from models.tables.plans import Appointment
from models.tables.screenings import ConflictCopy, Screening
from models.vocabulary import (
    Act,
    AlertOutcome,
    AppointmentStatus,
    CaseStatus,
    Channel,
    ContactResult,
    Origin,
    Phase,
)
from welfare.errors import RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.acuity import Acuity, told_of
from welfare.policies.booked import kept_days
from welfare.policies.happenings import Happenings, read_happenings
from welfare.policies.mistakes import Mistake, opened
from welfare.policies.permissions import Permission
from welfare.policies.rules import Record
from welfare.policies.signed_notes import SignedNote, in_threads
from welfare.policies.who_is import Who, who_is

OF_COPY = ConflictCopy.screening_id == Screening.id
Sent = tuple[Screening, ConflictCopy | None, EnteredInError | None]
Keys = Mapping[UUID, bytes]  # by person: some rows stay with a record that was merged into this one


@dataclass(frozen=True, slots=True)
class Answered:
    id: UUID
    day: date
    phase: Phase
    origin: Origin
    payload: Payload
    made_at: datetime  # when it came to be here, which may be long after it was answered
    is_copy: bool = False  # other answers sent under the same id; both were kept
    is_repeat: bool = False  # a part sent early, and the whole brought the same answers
    mistake: Mistake | None = None  # entered in error: it is shown and does not count


@dataclass(frozen=True, slots=True)
class Stay:
    mission: str
    from_day: date
    until_day: date | None


@dataclass(frozen=True, slots=True)
class Attempt:
    at: datetime
    by: str
    result: ContactResult
    channel: Channel
    words: str
    next_try_at: datetime | None


@dataclass(frozen=True, slots=True)
class AlertStory:
    """An alert with what was done about it; `items` such as "phq-9.9".

    `call` is what somebody left who asked to be called: a number, and whom to ask for.
    """

    alert: Alert
    items: tuple[str, ...]
    call: Mapping[str, str]
    attempts: tuple[Attempt, ...]
    outcome: AlertOutcome | None
    outcome_words: str
    acuity: Acuity


@dataclass(frozen=True, slots=True)
class PersonView:
    """All of a person page. `own_case` is the reader's open case, where notes can be written;
    `reader` their name, which stands on what they print.

    `record`: what other services are asked with, about the same person on the same page.
    """

    record: Record
    who: Who
    screenings: tuple[Answered, ...]
    stays: tuple[Stay, ...]
    alerts: tuple[AlertStory, ...]
    notes: tuple[SignedNote, ...]
    happenings: Happenings
    own_case: Case | None
    reader: str
    sessions: Sequence[date] = ()  # that took place

    @property
    def person(self) -> Person:
        return self.record.person


def read_record(session: Session, *, actor: Actor, person_id: UUID, at: datetime) -> PersonView:
    """Open one record; ten queries, however long it is. Opening it is recorded."""
    person, identity, stored_key, glasses = _find(session, actor, person_id, at)
    cases, sessions = _care(session, person_id)
    alerts = _all_of(session, Alert, person_id, Alert.raised_at)
    record = Record(person, cases=cases, alerts=tuple(alerts), glasses=glasses)
    access.require(actor, Permission.RECORD_READ, record)
    trail.record_read(
        session,
        by=actor,
        act=Act.RECORD_READ,
        at=at,
        person_ids=[person.id],
        subject=person,
    )
    key = vault.unwrapped(session, stored_key)
    return replace(_view(session, actor, record, identity, key), sessions=sessions)


def _find(
    session: Session, actor: Actor, person_id: UUID, at: datetime
) -> tuple[Person, Identity | None, PersonKey, tuple[BreakGlass, ...]]:
    """With what the actor has opened in an emergency. Somebody of an imported file has a key and
    no identity."""
    theirs = and_(BreakGlass.person_id == Person.id, BreakGlass.opener_id == actor.account_id)
    found = session.execute(
        select(Person, Identity, PersonKey, BreakGlass)
        .outerjoin(Identity, Identity.person_id == Person.id)
        .join(PersonKey, PersonKey.person_id == Person.id)
        .outerjoin(BreakGlass, and_(theirs, BreakGlass.until_at > at))
        .where(Person.id == person_id)
        .order_by(BreakGlass.id)
    ).all()
    if not found:
        raise RecordNotFound("no such person")
    person, identity, key, _ = found[0]
    return person, identity, key, tuple(glass for *_, glass in found if glass is not None)


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
    session: Session, actor: Actor, record: Record, identity: Identity | None, key: bytes
) -> PersonView:
    person = record.person
    attempts = _all_of(session, ContactAttempt, person.id, ContactAttempt.at)
    notes = _all_of(session, Note, person.id, Note.signed_at)
    sent = _sent(session, person.id)
    acting = {each.by_id for each in attempts} | {each.author_id for each in notes}
    acting |= {mark.marked_by for _screening, _copy, mark in sent if mark is not None}
    acting |= {actor.account_id} if actor.account_id else set()
    names = vault.names_of(session, account_ids=acting)
    copies = [copy for _screening, copy, _mark in sent if copy is not None]
    rows = [*record.cases, *record.alerts, *attempts, *notes, *copies]
    keys = vault.keys_of_record(session, person_id=person.id, key=key, rows=rows)
    return PersonView(
        record=record,
        who=who_is(key, person, identity),
        screenings=tuple(_answered(sent, names, keys)),
        stays=tuple(_stays(session, person.id)),
        alerts=tuple(_story(alert, attempts, names, keys) for alert in reversed(record.alerts)),
        notes=in_threads(notes, names=names, keys=keys),
        happenings=read_happenings(session, person_id=person.id, key=key),
        own_case=next(
            (
                case
                for case in record.cases
                if case.status is CaseStatus.OPEN
                and access.allows(actor, Permission.NOTE_WRITE, case)
            ),
            None,
        ),
        reader=names.get(actor.account_id, "") if actor.account_id else "",
    )


def _all_of(session: Session, table: Any, person_id: UUID, order: Any) -> Sequence[Any]:
    whole = of_record(table.person_id, person_id)
    return session.scalars(select(table).where(whole).order_by(order, table.id)).all()


def _sent(session: Session, person_id: UUID) -> Sequence[Sent]:
    """Every screening with its mark, followed by the copies of other answers sent for it."""
    found = session.execute(
        select(Screening, ConflictCopy, EnteredInError)
        .select_from(Screening)
        .outerjoin(ConflictCopy, and_(OF_COPY, of_record(ConflictCopy.person_id, person_id)))
        .outerjoin(EnteredInError, EnteredInError.screening_id == Screening.id)
        .where(Screening.person_id == person_id)
        .order_by(Screening.day, Screening.id, ConflictCopy.received_at, ConflictCopy.id)
    )
    return [(screening, copy, mark) for screening, copy, mark in found]


def _answered(sent: Sequence[Sent], names: Mapping[UUID, str], keys: Keys) -> list[Answered]:
    answered: list[Answered] = []
    wholes: dict[UUID | None, Payload] = {}
    for screening, copy, mark in sent:
        mistake = opened(keys[mark.person_id], mark, names) if mark is not None else None
        if not answered or answered[-1].id != screening.id:
            answered.append(_opened(keys, screening, screening, screening.day, mistake))
            wholes[screening.window_id] = answered[-1].payload
        if copy is not None:
            answered.append(_opened(keys, screening, copy, copy.received_at.date(), mistake))
    return [replace(each, is_repeat=is_repeated(each.payload, wholes)) for each in answered]


def _opened(
    keys: Keys,
    screening: Screening,
    row: Screening | ConflictCopy,
    day: date,
    mistake: Mistake | None,
) -> Answered:
    return Answered(
        screening.id,
        day,
        screening.phase,
        screening.origin,
        unpack(vault.opened(keys[row.person_id], row, "payload")),
        made_at=made_at(row.id),
        is_copy=row is not screening,
        mistake=mistake,
    )


def _stays(session: Session, person_id: UUID) -> list[Stay]:
    found = session.execute(
        select(Mission.name, Deployment.from_day, Deployment.until_day)
        .join(Deployment, Deployment.mission_id == Mission.id)
        .where(Deployment.person_id == person_id)
        .order_by(Deployment.from_day, Deployment.id)
    )
    return [Stay(*stay) for stay in found]


def _story(
    alert: Alert,
    attempts: Sequence[ContactAttempt],
    names: Mapping[UUID, str],
    keys: Keys,
) -> AlertStory:
    key = keys[alert.person_id]
    outcome, words = vault.opened(key, alert, "outcome") or (None, "")
    detail = vault.opened(key, alert, "detail")
    return AlertStory(
        alert=alert,
        items=tuple(detail["items"]),
        call=detail.get("call", {}),
        attempts=tuple(
            _attempt(each, names, keys) for each in attempts if each.alert_id == alert.id
        ),
        outcome=AlertOutcome(outcome) if outcome else None,
        outcome_words=words,
        acuity=told_of(key, alert),
    )


def _attempt(attempt: ContactAttempt, names: Mapping[UUID, str], keys: Keys) -> Attempt:
    result, channel, words = vault.opened(keys[attempt.person_id], attempt, "content")
    by, planned = names.get(attempt.by_id, ""), attempt.next_try_at
    return Attempt(attempt.at, by, ContactResult(result), Channel(channel), words, planned)
