"""Which letters that have not left are still needed: one sentence for the job that sends them
and for the operators who count them."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_

from models.tables.accounts import Account
from models.tables.care import Alert, ContactAttempt
from models.tables.doors import Invitation
from models.tables.letters import Letter
from models.tables.messages import Message
from models.tables.plans import Appointment
from models.vocabulary import AlertStatus, AppointmentStatus, LetterKind


def is_still_needed(at: datetime) -> ColumnElement[bool]:
    """For a query over Letter that outer joins Alert and Invitation.

    What somebody has acknowledged meanwhile needs no letter any more, nor a link that is over.
    """
    opens = and_(
        Invitation.confirmed_at.is_not(None),
        Invitation.used_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > at,
    )
    return or_(
        Alert.status == AlertStatus.RAISED,
        Letter.kind.in_((LetterKind.NOTICE, LetterKind.TASK)),
        and_(Letter.kind == LetterKind.INVITATION, opens),
        _is_about_working_it(),
        and_(Letter.kind == LetterKind.TOLD, _is_still_unread()),
        _is_about_appointment(at),
    )


def _is_still_unread() -> ColumnElement[bool]:
    """What it tells of may have been read by then, or settled by somebody else."""
    waits = or_(Message.is_from_person, Message.read_at.is_(None))
    return or_(
        Letter.message_id.is_(None),
        exists().where(Message.id == Letter.message_id, Message.settled_at.is_(None), waits),
    )


def _is_about_appointment(at: datetime) -> ColumnElement[bool]:
    """Still to come, at the same time, and of the person whom it is written to."""
    return and_(
        Letter.kind == LetterKind.APPOINTMENT,
        exists().where(
            Appointment.id == Letter.appointment_id,
            Appointment.status == AppointmentStatus.PLANNED,
            Appointment.starts_at == Letter.about_at,
            Appointment.starts_at > at,
            Account.id == Letter.recipient_id,
            Account.person_id == Appointment.person_id,
        ),
    )


def _is_about_working_it() -> ColumnElement[bool]:
    """Written after somebody took the alert: a planned try or the clock has passed since. A newer
    try answers the first, but not the second."""
    tried_since = exists().where(
        ContactAttempt.alert_id == Letter.alert_id, ContactAttempt.at >= Letter.written_at
    )
    return and_(
        Alert.status == AlertStatus.ACKNOWLEDGED,
        Letter.written_at > Alert.acknowledged_at,
        or_(Letter.kind == LetterKind.ESCALATION, ~tried_since),
    )
