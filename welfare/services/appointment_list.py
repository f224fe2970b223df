"""Appointments as a clinician reads them: of one person, of the next days, and one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import trail, vault
from models.sealing import SealBroken
from models.tables.care import Case
from models.tables.people import Identity, PersonKey
from models.tables.plans import Appointment
from models.vocabulary import Act, AppointmentStatus
from welfare.errors import AccessDenied, RecordNotFound
from welfare.policies import access, booked, in_care
from welfare.policies.actor import Actor
from welfare.policies.booked import Booked
from welfare.policies.permissions import Permission
from welfare.policies.rules import Record

SHOWN_DAYS = timedelta(days=14)
NOTE_WITHIN, NOTE_BEFORE = timedelta(days=3), timedelta(hours=12)
RECORDED_SHOWN = timedelta(days=1)  # what was recorded today can still be corrected from the list


@dataclass(frozen=True, slots=True)
class OfPerson:
    """Newest first. `own_case_id`: in which the reader can make one; `number`: of the next."""

    person_id: UUID
    name: str
    own_case_id: UUID | None
    number: int
    booked: tuple[Booked, ...]
    names: Mapping[UUID, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One appointment of a list. `overlaps`: another one is at the same time."""

    booked: Booked
    name: str
    overlaps: bool


def read_of_person(session: Session, *, actor: Actor, person_id: UUID, at: datetime) -> OfPerson:
    """All appointments of somebody whose record the actor may read. Reading them is recorded."""
    record, key = in_care.find_record(session, actor=actor, person_id=person_id)
    trail.record_read(
        session,
        by=actor,
        act=Act.RECORD_READ,
        at=at,
        person_ids=[person_id],
        subject=record.person,
    )
    rows = session.scalars(
        select(Appointment)
        .where(Appointment.person_id == person_id)
        .order_by(Appointment.starts_at.desc(), Appointment.id)
    ).all()
    found = tuple(booked.opened(key, row) for row in rows)
    case = in_care.own_case_of(actor, record, Permission.APPOINTMENT_KEEP)
    return OfPerson(
        person_id=person_id,
        name=in_care.name_of(session, person_id=person_id, key=key),
        own_case_id=case.id if case else None,
        number=booked.next_number(found),
        booked=found,
        names=vault.names_of(session, account_ids={row.with_id for row in rows}),
    )


def read_one(
    session: Session, *, actor: Actor, appointment_id: UUID, at: datetime
) -> tuple[Booked, str]:
    """One in an own or shared open case, with the person's name. Reading it is recorded."""
    row = session.get(Appointment, appointment_id)
    if row is None:
        raise RecordNotFound("no such appointment")
    access.require(actor, Permission.APPOINTMENT_KEEP, session.get_one(Case, row.case_id))
    key = vault.key_for(session, person_id=row.person_id)
    trail.record_read(
        session, by=actor, act=Act.RECORD_READ, at=at, person_ids=[row.person_id], subject=row
    )
    return booked.opened(key, row), in_care.name_of(session, person_id=row.person_id, key=key)


def read_session(session: Session, *, actor: Actor, record: Record, at: datetime) -> Booked | None:
    """The own appointment of today or the last days, newest first: what a note is about. On a
    page that has recorded that the record was read."""
    access.require(actor, Permission.RECORD_READ, record)
    row = session.scalars(
        select(Appointment)
        .where(
            Appointment.person_id == record.person.id,
            Appointment.with_id == actor.account_id,
            Appointment.status.in_(booked.HELD),
            Appointment.starts_at.between(at - NOTE_WITHIN, at + NOTE_BEFORE),
        )
        .order_by(Appointment.starts_at.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return booked.opened(vault.key_for(session, person_id=row.person_id), row)


def read_days(session: Session, *, actor: Actor, since: datetime, at: datetime) -> tuple[Line, ...]:
    """The own appointments from `since`, when today began, and those before that nobody has
    recorded; in the order of time. One query, however many there are."""
    if not access.may_ever(actor, Permission.APPOINTMENT_KEEP):
        raise AccessDenied("appointments are for clinicians")
    found = session.execute(
        select(Appointment, PersonKey, Identity)
        .join(Case, Case.id == Appointment.case_id)
        .join(PersonKey, PersonKey.person_id == Appointment.person_id)
        .outerjoin(Identity, Identity.person_id == Appointment.person_id)
        .where(
            access.visible(actor, Permission.APPOINTMENT_KEEP),
            Appointment.with_id == actor.account_id,
            Appointment.status != AppointmentStatus.CANCELLED,
            or_(
                Appointment.status == AppointmentStatus.PLANNED,
                Appointment.starts_at >= since,
            ),
            Appointment.starts_at < since + RECORDED_SHOWN + SHOWN_DAYS,
        )
        .order_by(Appointment.starts_at, Appointment.id)
    ).all()
    people = list(dict.fromkeys(row.person_id for row, *_ in found))
    trail.record_read(session, by=actor, act=Act.LIST_READ, at=at, person_ids=people)
    lines = [_line(session, *each) for each in found]
    return _marked([line for line in lines if line is not None])


def read_calendar(session: Session, *, actor: Actor, at: datetime) -> tuple[Booked, ...]:
    """The own ones for a calendar file: those to come, also cancelled, so that they vanish there.
    No name is opened."""
    if not access.may_ever(actor, Permission.APPOINTMENT_KEEP):
        raise AccessDenied("appointments are for clinicians")
    found = session.execute(
        select(Appointment, PersonKey)
        .join(Case, Case.id == Appointment.case_id)
        .join(PersonKey, PersonKey.person_id == Appointment.person_id)
        .where(
            Appointment.with_id == actor.account_id,
            Appointment.person_id != actor.person_id,
            Appointment.starts_at >= at - RECORDED_SHOWN,
            or_(
                access.visible(actor, Permission.APPOINTMENT_KEEP),
                Appointment.status == AppointmentStatus.CANCELLED,
            ),
        )
        .order_by(Appointment.starts_at, Appointment.id)
    ).all()
    people = list(dict.fromkeys(row.person_id for row, _key in found))
    trail.record_read(session, by=actor, act=Act.LIST_READ, at=at, person_ids=people)
    return tuple(booked.opened(vault.unwrapped(session, key), row) for row, key in found)


def _line(
    session: Session, row: Appointment, stored: PersonKey, identity: Identity | None
) -> Line | None:
    """None if it cannot be opened: one damaged row must not hide a whole day."""
    try:
        key = vault.unwrapped(session, stored)
        content = None if identity is None else vault.opened(key, identity, "content")
        name = vault.name_in(content, person_id=row.person_id)
        return Line(booked.opened(key, row), name, overlaps=False)
    except SealBroken:
        return None


def _marked(lines: Sequence[Line]) -> tuple[Line, ...]:
    """After a hand-over two may be at one time; whoever has them decides."""
    planned = [each.booked for each in lines if each.booked.is_planned]
    doubled = {
        one.id
        for one in planned
        for other in planned
        if one.id != other.id and one.starts_at < other.ends_at and other.starts_at < one.ends_at
    }
    return tuple(Line(each.booked, each.name, each.booked.id in doubled) for each in lines)
