"""Appointments: made, moved, cancelled, and recorded as kept or missed with what comes next."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import bookings, trail
from models.base import new_key
from models.tables.accounts import Account
from models.tables.care import Case
from models.tables.plans import Appointment
from models.vocabulary import Act, AppointmentStatus, NextStep
from welfare.errors import (
    AccessDenied,
    ChangedMeanwhile,
    InputRefused,
    MoveNotAllowed,
    RecordNotFound,
)
from welfare.policies import access, booked, flows, in_care
from welfare.policies.actor import Actor
from welfare.policies.booked import Wanted
from welfare.policies.permissions import Permission

EARLY = timedelta(hours=12)  # on its day a session can be recorded before its hour


@dataclass(frozen=True, slots=True)
class Following:
    """The next one, made while one is recorded. `after`: how that one went."""

    starts_at: datetime
    after: str
    even_so: bool


def make_appointment(
    session: Session,
    *,
    actor: Actor,
    case_id: UUID,
    appointment_id: UUID,
    wanted: Wanted,
    at: datetime,
    took_place: bool = False,
    even_so: bool = False,
) -> Appointment:
    """With the actor. `appointment_id` came with the form, which makes one. `took_place`: it is
    recorded as kept at once. At a time that is taken only `even_so`; raises InputRefused."""
    _lock_calendar(session, actor.account_id)
    case, key = in_care.locked_case(
        session, actor=actor, permission=Permission.APPOINTMENT_KEEP, case_id=case_id
    )
    earlier = session.get(Appointment, appointment_id)
    if earlier is not None:
        return _again(actor, case, earlier, wanted, key)
    _insist(booked.problems_with(wanted, at=at, took_place=took_place))
    if not (took_place or even_so):
        _insist_on_free(session, actor.account_id, case.person_id, wanted)
    row = Appointment(
        id=appointment_id,
        person_id=case.person_id,
        case_id=case.id,
        with_id=actor.account_id,
        starts_at=wanted.starts_at,
        minutes=wanted.minutes,
        status=AppointmentStatus.KEPT if took_place else AppointmentStatus.PLANNED,
    )
    booked.write(key, row, booked.details_of(wanted))
    session.add(row)
    return _recorded(session, actor, Act.APPOINTMENT_MADE, row, at)


def change_appointment(
    session: Session,
    *,
    actor: Actor,
    appointment_id: UUID,
    version: int,
    wanted: Wanted,
    at: datetime,
    even_so: bool = False,
) -> Appointment:
    """Another time, place or content; only while it is planned. Raises InputRefused, and
    ChangedMeanwhile if somebody changed it since `version`."""
    row, key = _locked(session, actor, appointment_id)
    if row.status is not AppointmentStatus.PLANNED:
        raise MoveNotAllowed("only what is planned can be changed")
    _insist_on_version(row, version)
    _insist(booked.problems_with(wanted, at=at))
    if not even_so:
        _insist_on_free(session, row.with_id, row.person_id, wanted, but=row.id)
    details = booked.details_of(wanted, booked.opened(key, row).details)
    row.starts_at, row.minutes = wanted.starts_at, wanted.minutes or booked.USUAL_MINUTES
    booked.write(key, row, details)
    return _recorded(session, actor, Act.APPOINTMENT_MOVED, row, at)


def cancel_appointment(
    session: Session, *, actor: Actor, appointment_id: UUID, at: datetime
) -> Appointment:
    """Cancelling it again is nothing."""
    row, _key = _locked(session, actor, appointment_id)
    if row.status is AppointmentStatus.CANCELLED:
        return row
    flows.require_move(flows.APPOINTMENT_MOVES, row.status, AppointmentStatus.CANCELLED)
    row.status = AppointmentStatus.CANCELLED
    return _recorded(session, actor, Act.APPOINTMENT_CANCELLED, row, at)


def record_outcome(
    session: Session,
    *,
    actor: Actor,
    appointment_id: UUID,
    status: str,
    at: datetime,
    version: int | None = None,
    step: str = NextStep.NONE,
    agreed: str = "",
    new_time: datetime | None = None,
    even_so: bool = False,
) -> Appointment:
    """Kept or missed, and what was agreed next; with a `new_time` the next one is made of it.

    A click without words only sets how it went. The same again is nothing; something else, where
    somebody has recorded since `version`, raises ChangedMeanwhile.
    """
    row, key = _locked(session, actor, appointment_id)
    _insist_on_outcome(row, status, step, agreed, new_time, at)
    before = booked.opened(key, row).details
    after = replace(before, step=NextStep(step), agreed=agreed.strip())
    if row.status == status and after == before:
        return row
    _insist_on_version(row, row.version if version is None else version)
    if row.status != status:
        flows.require_move(flows.APPOINTMENT_MOVES, row.status, AppointmentStatus(status))
    if new_time is not None:
        _make_next(session, actor, row, key, Following(new_time, status, even_so), at)
    row.status = AppointmentStatus(status)
    booked.write(key, row, after)
    return _recorded(session, actor, Act.APPOINTMENT_RECORDED, row, at)


def _lock_calendar(session: Session, account_id: UUID) -> None:
    """Two appointments of one clinician are made one after the other, so that each sees the
    other. Before the person: everybody locks in this order."""
    session.execute(
        select(Account.id).where(Account.id == account_id).with_for_update(key_share=True)
    )


def _locked(session: Session, actor: Actor, appointment_id: UUID) -> tuple[Appointment, bytes]:
    row = session.get(Appointment, appointment_id)
    if row is None:
        raise RecordNotFound("no such appointment")
    access.require(actor, Permission.APPOINTMENT_KEEP, session.get_one(Case, row.case_id))
    _lock_calendar(session, row.with_id)
    _case, key = in_care.locked_case(
        session, actor=actor, permission=Permission.APPOINTMENT_KEEP, case_id=row.case_id
    )
    session.refresh(row)
    return row, key


def _again(
    actor: Actor, case: Case, earlier: Appointment, wanted: Wanted, key: bytes
) -> Appointment:
    """A form that was sent twice makes one. Another time is not lost: the page shows it."""
    if (earlier.with_id, earlier.case_id) != (actor.account_id, case.id):
        raise AccessDenied("this id belongs to something else")
    if not booked.is_as(booked.opened(key, earlier), wanted):
        raise InputRefused({"day": "sent_already"})
    return earlier


def _insist(problems: dict[str, str]) -> None:
    if problems:
        raise InputRefused(problems)


def _insist_on_version(row: Appointment, version: int) -> None:
    if row.version != version:
        raise ChangedMeanwhile("somebody changed the appointment first")


def _insist_on_free(
    session: Session, with_id: UUID, person_id: UUID, wanted: Wanted, but: UUID | None = None
) -> None:
    busy = booked.clash(
        session,
        with_id=with_id,
        person_id=person_id,
        starts_at=wanted.starts_at,
        minutes=wanted.minutes or booked.USUAL_MINUTES,
        but=but,
    )
    if busy is not None:
        raise InputRefused({"double": busy})


def _insist_on_outcome(
    row: Appointment,
    status: str,
    step: str,
    agreed: str,
    new_time: datetime | None,
    at: datetime,
) -> None:
    problems = {}
    if status not in (AppointmentStatus.KEPT, AppointmentStatus.MISSED):
        problems["status"] = "choose"
    if step not in set(NextStep):
        problems["step"] = "choose"
    if (step == NextStep.NEW_TIME) != (new_time is not None):
        problems["new_day"] = "time_with_step"
    if len(agreed) > booked.AGREED_MOST:
        problems["agreed"] = "too_long"
    _insist(problems)
    if row.starts_at - EARLY > at:
        raise MoveNotAllowed("it is still to come")


def _make_next(
    session: Session,
    actor: Actor,
    row: Appointment,
    key: bytes,
    following: Following,
    at: datetime,
) -> None:
    """As this one was; after one that was kept the number goes on."""
    last = booked.opened(key, row)
    was_kept = following.after == AppointmentStatus.KEPT
    wanted = booked.next_of(last, starts_at=following.starts_at, was_kept=was_kept)
    problems = booked.problems_with(wanted, at=at)
    _insist({"new_day" if field == "day" else field: code for field, code in problems.items()})
    if not following.even_so:
        _insist_on_free(session, row.with_id, row.person_id, wanted, but=row.id)
    made = Appointment(
        id=new_key(),
        person_id=row.person_id,
        case_id=row.case_id,
        with_id=row.with_id,
        starts_at=following.starts_at,
        minutes=row.minutes,
        status=AppointmentStatus.PLANNED,
    )
    booked.write(key, made, booked.details_of(wanted))
    session.add(made)
    _recorded(session, actor, Act.APPOINTMENT_MADE, made, at)


def _recorded(
    session: Session, actor: Actor, act: Act, row: Appointment, at: datetime
) -> Appointment:
    session.flush()
    bookings.ask_before(session, case_id=row.case_id, at=at)
    trail.record(session, by=actor, act=act, at=at, person_id=row.person_id, subject=row)
    return row
