"""What comes of an accepted referral: booked, attended or not, and how it ended."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from models.tables.referrals import Referral
from models.vocabulary import Act, ReferralStatus
from welfare.errors import InputRefused, MoveNotAllowed
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission
from welfare.policies.referral_clocks import behind, outcome_by, seen_by
from welfare.policies.referral_moves import (
    OUTCOMES,
    checked_ending,
    end,
    insist_on_move,
    locked_referral,
    move,
    record,
)
from welfare.policies.sealed_referrals import asked_of

BOOK_MOST = timedelta(days=180)


def book_visit(
    session: Session,
    *,
    actor: Actor,
    referral_id: UUID,
    day: date | None,
    at: datetime,
    even_so: bool = False,
) -> Referral:
    """The person has an appointment on that day, until whose end somebody has to say whether they
    came. Raises InputRefused for no such day, and for one that comes too late for how urgent it
    is, unless that is wanted (`even_so`)."""
    referral, _key = _locked(session, actor, referral_id)
    insist_on_move(referral, ReferralStatus.BOOKED)
    today = at.date()
    if day is None or not today <= day <= today + BOOK_MOST:
        raise InputRefused({"day": "not_a_date" if day is None else "not_within_booking"})
    if day > max(referral.due_at, at).date() and not even_so:
        raise InputRefused({"even_so": "later_than_due"})
    referral.status, referral.booked_on = ReferralStatus.BOOKED, day
    _starts_clock(referral, behind(day))
    return _changed(session, actor, referral, at)


def note_attended(session: Session, *, actor: Actor, referral_id: UUID, at: datetime) -> Referral:
    """The person came; how it ended is recorded within a week. Not before the booked day."""
    referral, _key = _locked(session, actor, referral_id)
    move(referral, ReferralStatus.ATTENDED)
    _insist_on_day(referral, at)
    _starts_clock(referral, outcome_by(at))
    return _changed(session, actor, referral, at)


def note_missed(session: Session, *, actor: Actor, referral_id: UUID, at: datetime) -> Referral:
    """The person did not come: another day, or why not, as soon as it was urgent at first."""
    referral, key = _locked(session, actor, referral_id)
    move(referral, ReferralStatus.NOT_ATTENDED)
    _insist_on_day(referral, at)
    _starts_clock(referral, seen_by(asked_of(key, referral).urgency, at))
    return _changed(session, actor, referral, at)


def finish_referral(
    session: Session, *, actor: Actor, referral_id: UUID, ending: str, words: str, at: datetime
) -> Referral:
    """The outcome of a visit, or why there was none. Raises InputRefused for neither, and
    MoveNotAllowed where it was recorded already."""
    referral, key = _locked(session, actor, referral_id)
    insist_on_move(referral, ReferralStatus.FINISHED)
    ended = checked_ending(ending, words, OUTCOMES[referral.status])
    end(referral, key=key, status=ReferralStatus.FINISHED, ended=ended, at=at)
    session.flush()
    record(session, actor, Act.REFERRAL_FINISHED, referral, at)
    return referral


def _locked(session: Session, actor: Actor, referral_id: UUID) -> tuple[Referral, bytes]:
    return locked_referral(
        session, actor=actor, permission=Permission.REFERRAL_WORK, referral_id=referral_id
    )


def _insist_on_day(referral: Referral, at: datetime) -> None:
    if referral.booked_on is not None and referral.booked_on > at.date():
        raise MoveNotAllowed("the booked day is still to come")


def _starts_clock(referral: Referral, due_at: datetime) -> None:
    referral.due_at, referral.overdue_at = due_at, None


def _changed(session: Session, actor: Actor, referral: Referral, at: datetime) -> Referral:
    session.flush()
    record(session, actor, Act.REFERRAL_CHANGED, referral, at)
    return referral
