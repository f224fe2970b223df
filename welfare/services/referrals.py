"""Referring somebody: to a clinician here or a service outside; accepted, rejected, taken back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import consenting, referring, trail, vault
from models.base import new_key
from models.tables.care import Case
from models.tables.people import Person
from models.tables.referrals import Referral
from models.vocabulary import (
    Act,
    CaseStatus,
    ConsentPurpose,
    ReferralStatus,
    ReferralUrgency,
)
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.colleagues import Carer, locked_carer
from welfare.policies.permissions import Permission
from welfare.policies.referral_clocks import seen_by
from welfare.policies.referral_moves import (
    REJECTIONS,
    WITHOUT_VISIT,
    checked_ending,
    end,
    insist_on_move,
    locked_referral,
    move,
    record,
)
from welfare.policies.referral_wishes import Wish, asked_in, basis_in, problems_with
from welfare.policies.sealed_referrals import Basis, asked_of, basis_of, seal_asked, seal_basis


def send_referral(
    session: Session,
    *,
    actor: Actor,
    person_id: UUID,
    wish: Wish,
    at: datetime,
    referral_id: UUID | None = None,
) -> Referral:
    """Refer somebody in the own care. The receiver gets a letter; the person sees it.

    `referral_id` came with the form: sent twice, it is one referral. Raises InputRefused for what
    is missing, and where the person has not agreed and no reason is given to do without.
    """
    carer = _carer(session, wish.receiver_id, at)
    found = vault.locked_person_with_key(session, person_id=person_id)
    if found is None:
        raise RecordNotFound("no such person")
    person, key = found
    _insist_on_own_case(session, actor, person)
    referral_id = referral_id or new_key()
    earlier = session.get(Referral, referral_id)
    if earlier is not None:
        return _again(actor, person, earlier, wish, key)
    basis = _checked(session, person, wish, carer, actor)
    referral = _made(actor, person, wish, at, referral_id)
    seal_asked(key, referral, asked_in(wish))
    seal_basis(key, referral, basis)
    session.add(referral)
    session.flush()
    referring.write_letters(session, to={referral.receiver_id}, at=at)
    act = Act.REFERRAL_WITHOUT_CONSENT if basis else Act.REFERRAL_CREATED
    record(session, actor, act, referral, at)
    return referral


def send_to_another(
    session: Session, *, actor: Actor, referral_id: UUID, colleague_id: UUID, at: datetime
) -> Referral:
    """While nobody has accepted it, its sender may choose another receiver. Raises InputRefused
    for somebody who could not take the person."""
    carer = _carer(session, colleague_id, at)
    referral, _key = locked_referral(
        session, actor=actor, permission=Permission.REFERRAL_WORK, referral_id=referral_id
    )
    if referral.status is not ReferralStatus.CREATED or referral.is_outside:
        raise MoveNotAllowed("somebody has accepted it, or it is not for anybody here")
    if carer is None or not carer.may_take(referral) or carer.account_id == actor.account_id:
        raise InputRefused({"receiver": "choose"})
    if referral.receiver_id != carer.account_id:
        referral.receiver_id, referral.overdue_at = carer.account_id, None
        referring.write_letters(session, to={carer.account_id}, at=at)
        record(session, actor, Act.REFERRAL_CHANGED, referral, at)
    return referral


def accept_referral(session: Session, *, actor: Actor, referral_id: UUID, at: datetime) -> Referral:
    """The receiver takes over: the person is in their care from now on, if they were not already.
    For a service outside its sender says so. Raises MoveNotAllowed if it was accepted, ended or
    the consent was withdrawn meanwhile."""
    carer = locked_carer(session, account_id=actor.account_id, today=at.date())
    referral, key = locked_referral(
        session, actor=actor, permission=Permission.REFERRAL_DECIDE, referral_id=referral_id
    )
    move(referral, ReferralStatus.ACCEPTED)
    _insist_on_consent(session, referral, key)
    if not referral.is_outside:
        if carer is None or not carer.may_take(referral):
            raise MoveNotAllowed("the person is not in the own units")
        referral.responsible_id, referral.overdue_at = actor.account_id, None
        _take_into_care(session, actor, referral, at)
    session.flush()
    record(session, actor, Act.REFERRAL_ACCEPTED, referral, at)
    return referral


def reject_referral(
    session: Session, *, actor: Actor, referral_id: UUID, ending: str, words: str, at: datetime
) -> Referral:
    """With a reason, of which its sender is told. Raises InputRefused for none."""
    referral, key = locked_referral(
        session, actor=actor, permission=Permission.REFERRAL_DECIDE, referral_id=referral_id
    )
    insist_on_move(referral, ReferralStatus.REJECTED)
    ended = checked_ending(ending, words, REJECTIONS)
    end(referral, key=key, status=ReferralStatus.REJECTED, ended=ended, at=at)
    referring.write_letters(session, to={referral.sender_id} - {actor.account_id}, at=at)
    record(session, actor, Act.REFERRAL_REJECTED, referral, at)
    return referral


def withdraw_referral(
    session: Session, *, actor: Actor, referral_id: UUID, ending: str, words: str, at: datetime
) -> Referral:
    """By its sender, or by whoever answers for it, while the person has not been seen; the other
    side is told. Raises InputRefused for no reason."""
    referral, key = locked_referral(
        session, actor=actor, permission=Permission.REFERRAL_WITHDRAW, referral_id=referral_id
    )
    insist_on_move(referral, ReferralStatus.WITHDRAWN)
    ended = checked_ending(ending, words, WITHOUT_VISIT)
    end(referral, key=key, status=ReferralStatus.WITHDRAWN, ended=ended, at=at)
    both = {referral.sender_id, referral.receiver_id}
    referring.write_letters(session, to=both - {actor.account_id}, at=at)
    record(session, actor, Act.REFERRAL_WITHDRAWN, referral, at)
    return referral


def _carer(session: Session, account_id: UUID | None, at: datetime) -> Carer | None:
    if account_id is None:
        return None
    return locked_carer(session, account_id=account_id, today=at.date())


def _insist_on_own_case(session: Session, actor: Actor, person: Person) -> None:
    """Asked behind the lock: it may have been closed a moment ago."""
    visible = access.visible(actor, Permission.REFERRAL_SEND)
    case = session.scalar(
        select(Case.id)
        .where(Case.person_id == person.id, visible)
        .limit(1)
        .with_for_update(of=Case, key_share=True)
    )
    if case is None:
        raise RecordNotFound("nobody in the own care")


def _again(actor: Actor, person: Person, earlier: Referral, wish: Wish, key: bytes) -> Referral:
    """A form that was sent twice refers once. Other words are not lost: the page shows them."""
    if (earlier.sender_id, earlier.person_id) != (actor.account_id, person.id):
        raise AccessDenied("this id belongs to somebody else")
    if wish.urgency not in set(ReferralUrgency) or asked_of(key, earlier) != asked_in(wish):
        raise InputRefused({"reason": "referral_sent"})
    return earlier


def _checked(
    session: Session, person: Person, wish: Wish, carer: Carer | None, actor: Actor
) -> Basis | None:
    problems = problems_with(wish)
    if not wish.is_outside and not _can_take(carer, person, actor):
        problems["receiver"] = "choose"
    basis = None
    if not consenting.is_in_force(session, person_id=person.id, purpose=ConsentPurpose.SHARING):
        basis = basis_in(wish, problems)
    if problems:
        raise InputRefused(problems)
    return basis


def _can_take(carer: Carer | None, person: Person, actor: Actor) -> bool:
    return (
        carer is not None
        and carer.account_id != actor.account_id
        and carer.person_id != person.id
        and any(person.unit.path.startswith(path) for path in carer.paths)
    )


def _made(actor: Actor, person: Person, wish: Wish, at: datetime, referral_id: UUID) -> Referral:
    return Referral(
        id=referral_id,
        person_id=person.id,
        unit_id=person.unit_id,
        sender_id=actor.account_id,
        receiver_id=None if wish.is_outside else wish.receiver_id,
        responsible_id=actor.account_id,
        is_outside=wish.is_outside,
        status=ReferralStatus.CREATED,
        created_at=at,
        due_at=seen_by(ReferralUrgency(wish.urgency), at),
    )


def _insist_on_consent(session: Session, referral: Referral, key: bytes) -> None:
    """What was sent without consent, for a reason, does not rest on one."""
    if basis_of(key, referral) is None and not consenting.is_in_force(
        session, person_id=referral.person_id, purpose=ConsentPurpose.SHARING
    ):
        raise MoveNotAllowed("the person does not agree any more")


def _take_into_care(session: Session, actor: Actor, referral: Referral, at: datetime) -> None:
    there = session.scalar(
        select(Case.id)
        .where(
            Case.person_id == referral.person_id,
            Case.clinician_id == actor.account_id,
            Case.status == CaseStatus.OPEN,
        )
        .limit(1)
    )
    if there is not None:
        return
    case = Case(
        id=new_key(),
        person_id=referral.person_id,
        unit_id=session.get_one(Person, referral.person_id).unit_id,
        clinician_id=actor.account_id,
        status=CaseStatus.OPEN,
        opened_at=at,
    )
    session.add(case)
    session.flush()
    trail.record(
        session, by=actor, act=Act.CASE_OPENED, at=at, person_id=case.person_id, subject=case
    )
