"""The letter on the day before an appointment, for the job: written once for each time."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models import trail
from models.tables.letters import Letter
from models.tables.plans import Appointment
from models.trail import Signature
from models.vocabulary import Act, AppointmentStatus, LetterKind
from welfare.policies.addressees import opened, with_people
from welfare.policies.letter_box import problem_with

BATCH = 100
BEFORE = timedelta(hours=24)
TOO_LATE = timedelta(hours=2)  # whoever agreed on it this late knows it without a letter


def write_due(session: Session, *, by: Signature, at: datetime) -> int:
    """Write to people with an address whose appointment is within a day. Returns how many.

    One that is moved gets another letter for its new time. What is cancelled or moved before the
    letter has left is not sent (see waiting_letters).
    """
    written = exists().where(
        Letter.appointment_id == Appointment.id, Letter.about_at == Appointment.starts_at
    )
    due = (
        with_people(select(Appointment), Appointment.person_id, at.date())
        .where(
            Appointment.status == AppointmentStatus.PLANNED,
            Appointment.starts_at <= at + BEFORE,
            Appointment.starts_at > at + TOO_LATE,
            ~written,
        )
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(BATCH)
    )
    count = 0
    for appointment, *parts in session.execute(due).all():
        who = opened(session, *parts)
        if who is None or who.account is None or problem_with(who.identity):
            continue
        _write(session, appointment, who.account.id, at)
        trail.record(
            session,
            by=by,
            act=Act.REMINDER_WRITTEN,
            at=at,
            person_id=appointment.person_id,
            subject=appointment,
        )
        count += 1
    return count


def _write(session: Session, appointment: Appointment, to: UUID, at: datetime) -> None:
    session.add(
        Letter(
            kind=LetterKind.APPOINTMENT,
            recipient_id=to,
            appointment_id=appointment.id,
            about_at=appointment.starts_at,
            written_at=at,
            next_try_at=at,
        )
    )
