"""Appointments that are still to come, when the care that they belong to ends or changes hands.

Runs in the transaction of that act, whose caller keeps the case from being changed meanwhile.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import assigned, trail
from models.tables.care import Case
from models.tables.plans import Appointment
from models.trail import Signature
from models.vocabulary import Act, AppointmentStatus


def planned_of(session: Session, *, case_id: UUID) -> Sequence[Appointment]:
    """What was agreed and has not been recorded, in the order of time."""
    planned = (Appointment.case_id == case_id, Appointment.status == AppointmentStatus.PLANNED)
    return session.scalars(
        select(Appointment)
        .where(*planned)
        .order_by(Appointment.starts_at, Appointment.id)
        .execution_options(populate_existing=True)
    ).all()


def ask_before(session: Session, *, case_id: UUID, at: datetime) -> None:
    """What is assigned "before each session" is asked before every appointment to come. Called
    whenever one is made, moved, recorded or called off, and when something is assigned."""
    days = {each.starts_at.date() for each in planned_of(session, case_id=case_id)}
    assigned.plan_before_sessions(session, case_id=case_id, days=days, today=at.date())


def cancel_planned(session: Session, *, case_id: UUID, by: Signature, at: datetime) -> int:
    """Nobody waits for somebody whose care has ended. What has begun is to be recorded first, so
    it is cancelled, too: nobody could record it any more. Returns how many."""
    found = planned_of(session, case_id=case_id)
    for each in found:
        each.status = AppointmentStatus.CANCELLED
        trail.record(
            session,
            by=by,
            act=Act.APPOINTMENT_CANCELLED,
            at=at,
            person_id=each.person_id,
            subject=each,
        )
    session.flush()
    return len(found)


def pass_on(session: Session, *, case: Case, into: Case | None = None) -> None:
    """Those with somebody who does not look after the person any more are with whoever is in
    charge now. `into`: the case in which this one goes on. The trail is the caller's: it tells of
    the case."""
    goes_on = into or case
    stay = {goes_on.clinician_id, goes_on.second_id}
    for each in planned_of(session, case_id=case.id):
        if each.with_id not in stay:
            each.with_id = goes_on.clinician_id
        each.case_id = goes_on.id
    session.flush()
