"""Open referrals, whoever they wait for: letters about them, and what becomes of them when one of
the two sides gives care to somebody else, leaves, or the person is erased."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from models.alerts import BELL
from models.tables.care import Case
from models.tables.letters import Letter
from models.tables.places import Unit
from models.tables.referrals import ENDED, Referral
from models.vocabulary import CaseStatus, LetterKind, ReferralStatus

IS_OPEN = Referral.status.not_in(ENDED)
# Ending one of these takes nothing from anybody: the person has not been seen yet.
NOT_SEEN = (
    ReferralStatus.CREATED,
    ReferralStatus.ACCEPTED,
    ReferralStatus.BOOKED,
    ReferralStatus.NOT_ATTENDED,
)
Stays = Callable[[Unit], bool]


def write_letters(session: Session, *, to: Collection[UUID | None], at: datetime) -> None:
    """A neutral letter to each: something waits. One that has not left yet says so already."""
    session.flush()
    wanted = {each for each in to if each is not None}
    waiting = session.scalars(
        select(Letter.recipient_id).where(
            Letter.recipient_id.in_(wanted),
            Letter.kind == LetterKind.TASK,
            Letter.sent_at.is_(None),
        )
    )
    for account_id in sorted(wanted - set(waiting)):
        session.info[BELL] = True
        session.add(
            Letter(kind=LetterKind.TASK, recipient_id=account_id, written_at=at, next_try_at=at)
        )


def stands_against_ending(session: Session, *, case: Case) -> bool:
    """Does whoever looks after the person in this case still answer for a referral of theirs?"""
    second = and_(Referral.responsible_id == case.second_id, Referral.sender_id == case.second_id)
    found = session.scalar(
        select(Referral.id)
        .where(
            Referral.person_id == case.person_id,
            IS_OPEN,
            or_(Referral.responsible_id == case.clinician_id, second),
        )
        .limit(1)
    )
    return found is not None


def follow_case(session: Session, *, person_id: UUID, former: UUID, successor: UUID) -> None:
    """Somebody else is in charge now: what the former one sent, and what they had accepted, goes
    along. What they have not accepted yet stays theirs to accept."""
    for each in _of_person(session, person_id):
        if each.sender_id == former:
            _give_sending(each, successor)
        if each.receiver_id == former and each.status is not ReferralStatus.CREATED:
            _give_receiving(each, successor)
    session.flush()


def end_sharing(session: Session, *, person_id: UUID, second: UUID, in_charge: UUID) -> None:
    """What the second clinician has sent is now for the one in charge to follow."""
    for each in _of_person(session, person_id):
        if each.sender_id == second:
            _give_sending(each, in_charge)
    session.flush()


def return_to_senders(
    session: Session, *, receiver_id: UUID, stays: Stays, which: Any, at: datetime
) -> Sequence[Referral]:
    """The receiver leaves: the sender has to choose another, or to record how a visit that took
    place ended. Senders are told. `stays`: units in which the receiver goes on."""
    returned = [
        each
        for each in _open(session, Referral.receiver_id == receiver_id, which)
        if not stays(each.unit)
    ]
    for each in returned:
        if each.status is not ReferralStatus.ATTENDED:
            each.status, each.booked_on = ReferralStatus.CREATED, None
        each.receiver_id, each.responsible_id, each.overdue_at = None, each.sender_id, None
    session.flush()
    write_letters(session, to={each.sender_id for each in returned}, at=at)
    return returned


def hand_on_sent(
    session: Session,
    *,
    sender_id: UUID,
    stays: Stays,
    successor_of: Callable[[Referral], UUID | None],
    which: Any,
    at: datetime,
) -> Sequence[Referral]:
    """The sender leaves: whoever looks after the person now follows it, else the successor."""
    given = []
    for each in _open(session, Referral.sender_id == sender_id, which):
        if stays(each.unit):
            continue
        successor = _in_charge(session, each, but=sender_id) or successor_of(each)
        if successor is not None and successor != sender_id:
            _give_sending(each, successor)
            given.append(each)
    session.flush()
    write_letters(session, to={each.sender_id for each in given}, at=at)
    return given


def _of_person(session: Session, person_id: UUID) -> Sequence[Referral]:
    return _open(session, Referral.person_id == person_id)


def _open(session: Session, *which: Any) -> Sequence[Referral]:
    session.flush()
    return session.scalars(
        select(Referral)
        .where(IS_OPEN, *which)
        .order_by(Referral.id)
        .with_for_update(of=Referral)
        .execution_options(populate_existing=True)
    ).all()


def _give_sending(referral: Referral, successor: UUID) -> None:
    is_created = referral.status is ReferralStatus.CREATED
    if is_created or referral.responsible_id == referral.sender_id != referral.receiver_id:
        referral.responsible_id, referral.overdue_at = successor, None
    referral.sender_id = successor


def _give_receiving(referral: Referral, successor: UUID) -> None:
    if referral.responsible_id == referral.receiver_id:
        referral.responsible_id, referral.overdue_at = successor, None
    referral.receiver_id = successor


def _in_charge(session: Session, referral: Referral, *, but: UUID) -> UUID | None:
    return session.scalar(
        select(Case.clinician_id)
        .where(
            Case.person_id == referral.person_id,
            Case.status == CaseStatus.OPEN,
            Case.clinician_id != but,
        )
        .order_by(Case.id)
        .limit(1)
    )
