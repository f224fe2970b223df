"""One case: shared with a second clinician, put on hold, handed over, closed, opened again."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import assigned, bookings, referring, trail, vault
from models.hand_over import give_case
from models.tables.care import Alert, Case
from models.vocabulary import Act, AlertStatus, CaseEnding, CaseStatus
from welfare.errors import InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies import access, flows
from welfare.policies.actor import Actor
from welfare.policies.colleagues import Carer, locked_carer
from welfare.policies.permissions import Permission

HOLD_MOST = timedelta(days=180)
WORDS_MOST = 2000
ENDING_SIZE = 8192  # one size for every ending, so that its length says nothing


def share_case(
    session: Session, *, actor: Actor, case_id: UUID, colleague_id: UUID, at: datetime
) -> Case:
    """A second clinician may read the record and sign notes; sharing with them again is nothing.

    Raises InputRefused for somebody who could not take the case, and MoveNotAllowed while it is
    shared with somebody else.
    """
    carer = locked_carer(session, account_id=colleague_id, today=at.date())
    case, _ = _locked(session, actor, Permission.CASE_CHANGE, case_id)
    second = _insist_on_carer(carer, case)
    if case.second_id == second:
        return case
    if case.second_id is not None:
        raise MoveNotAllowed("the case is shared with somebody else")
    case.second_id = second
    return _recorded(session, actor, Act.CASE_SHARED, case, at)


def end_sharing(session: Session, *, actor: Actor, case_id: UUID, at: datetime) -> Case:
    """By the clinician in charge, or by the second one for themselves."""
    case, _ = _locked(session, actor, Permission.CASELOAD_READ, case_id)
    if case.second_id is None:
        raise MoveNotAllowed("the case is not shared")
    referring.end_sharing(
        session, person_id=case.person_id, second=case.second_id, in_charge=case.clinician_id
    )
    case.second_id = None
    bookings.pass_on(session, case=case)
    return _recorded(session, actor, Act.CASE_SHARED, case, at)


def hold_case(
    session: Session, *, actor: Actor, case_id: UUID, until_day: date | None, at: datetime
) -> Case:
    """Nothing is expected before that day, at most 180 days ahead. Alerts come as always.

    Raises InputRefused for any other day.
    """
    case, _ = _locked(session, actor, Permission.CASE_CHANGE, case_id)
    today = at.date()
    if until_day is None or not today < until_day <= today + HOLD_MOST:
        raise InputRefused({"until_day": "not_a_date" if until_day is None else "not_within_hold"})
    case.held_until = until_day
    return _recorded(session, actor, Act.CASE_HELD, case, at)


def lift_hold(session: Session, *, actor: Actor, case_id: UUID, at: datetime) -> Case:
    case, _ = _locked(session, actor, Permission.CASE_CHANGE, case_id)
    if case.held_until is None:
        raise MoveNotAllowed("the case is not on hold")
    case.held_until = None
    return _recorded(session, actor, Act.CASE_HELD, case, at)


def close_case(
    session: Session, *, actor: Actor, case_id: UUID, reason: str, words: str, at: datetime
) -> Case:
    """Care ends with a reason; what was assigned ends, and appointments to come are cancelled.
    Raises InputRefused for no reason, and MoveNotAllowed while an alert on this person is the
    actor's own, or a referral waits for them or their second clinician: whoever closes it has to
    know how it ended."""
    case, key = _locked(session, actor, Permission.CASE_CHANGE, case_id)
    flows.require_move(flows.CASE_MOVES, case.status, CaseStatus.CLOSED)
    if _has_open_alert(session, case):
        raise MoveNotAllowed("an alert is open")
    if referring.stands_against_ending(session, case=case):
        raise MoveNotAllowed("a referral is open")
    _insist_on_reason(reason, words)
    case.status, case.closed_at = CaseStatus.CLOSED, at
    case.second_id = case.held_until = None
    case.ending = vault.sealed(key, case, "ending", [reason, words.strip()], size=ENDING_SIZE)
    assigned.end_of_case(session, case_id=case.id, by=actor.account_id, at=at)
    bookings.cancel_planned(session, case_id=case.id, by=actor, at=at)
    return _recorded(session, actor, Act.CASE_CLOSED, case, at)


def reopen_case(session: Session, *, actor: Actor, case_id: UUID, at: datetime) -> Case:
    """As it was on its first day: not shared, not on hold. Raises MoveNotAllowed if the person
    is in the actor's care already, or in units where the actor works no more."""
    carer = locked_carer(session, account_id=actor.account_id, today=at.date())
    case, _ = _locked(session, actor, Permission.CASE_REOPEN, case_id)
    flows.require_move(flows.CASE_MOVES, case.status, CaseStatus.OPEN)
    if carer is None or not carer.may_take(case):
        raise MoveNotAllowed("the person is not in the own units")
    there = select(Case.id).where(
        Case.person_id == case.person_id,
        Case.clinician_id == case.clinician_id,
        Case.status == CaseStatus.OPEN,
    )
    if session.scalar(there.limit(1)) is not None:
        raise MoveNotAllowed("another case is open")
    case.status = CaseStatus.OPEN
    case.closed_at = case.ending = None
    case.second_id = case.held_until = None
    return _recorded(session, actor, Act.CASE_REOPENED, case, at)


def hand_over_case(
    session: Session,
    *,
    actor: Actor,
    case_id: UUID,
    colleague_id: UUID,
    at: datetime,
    even_so: bool = False,
) -> Case:
    """A colleague is in charge from now on. An open alert stays with its owner: unless that is
    wanted (`even_so`), and for somebody who could not take the case, raises InputRefused."""
    carer = locked_carer(session, account_id=colleague_id, today=at.date())
    case, _ = _locked(session, actor, Permission.CASE_HAND_OVER, case_id)
    if colleague_id == actor.account_id:  # it would open a record that nobody gave them
        raise InputRefused({"colleague": "choose"})
    successor = _insist_on_carer(carer, case)
    if not even_so and _has_open_alert(session, case):
        raise InputRefused({"even_so": "alert_stays"})
    give_case(session, case=case, successor=successor, at=at)
    return _recorded(session, actor, Act.CASE_HANDED_OVER, case, at)


def _locked(
    session: Session, actor: Actor, permission: Permission, case_id: UUID
) -> tuple[Case, bytes]:
    """The case and its person's key, as nobody can change them until this act ends.

    The person first: of a merge or an erasure under way this waits for the end.
    """
    case = session.get(Case, case_id)
    found = None
    if case is not None:
        found = vault.locked_person_with_key(session, person_id=case.person_id)
    if case is None or found is None:
        raise RecordNotFound("no such case")
    session.refresh(case, with_for_update={"of": Case})
    _insist_on_standing(actor, permission, case)
    access.require(actor, permission, case)
    return case, found[1]


def _insist_on_standing(actor: Actor, permission: Permission, case: Case) -> None:
    """What the actor did themselves a moment ago, they may know: closed, or opened again."""
    reopens = permission is Permission.CASE_REOPEN
    other = Permission.CASE_CHANGE if reopens else Permission.CASE_REOPEN
    if access.allows(actor, other, case):
        raise MoveNotAllowed("done already")


def _insist_on_carer(carer: Carer | None, case: Case) -> UUID:
    if carer is None or not carer.may_take(case) or carer.account_id == case.clinician_id:
        raise InputRefused({"colleague": "choose"})
    return carer.account_id


def _insist_on_reason(reason: str, words: str) -> None:
    problems = {} if reason in set(CaseEnding) else {"reason": "choose"}
    if reason == CaseEnding.OTHER and not words.strip():
        problems["words"] = "empty"
    if len(words) > WORDS_MOST:
        problems["words"] = "too_long"
    if problems:
        raise InputRefused(problems)


def _has_open_alert(session: Session, case: Case) -> bool:
    """Does whoever is in charge own or cover one on this person?"""
    found = session.scalar(
        select(Alert.id)
        .where(
            Alert.person_id == case.person_id,
            Alert.status.in_((AlertStatus.RAISED, AlertStatus.ACKNOWLEDGED)),
            or_(Alert.owner_id == case.clinician_id, Alert.cover_id == case.clinician_id),
        )
        .limit(1)
    )
    return found is not None


def _recorded(session: Session, actor: Actor, act: Act, case: Case, at: datetime) -> Case:
    trail.record(session, by=actor, act=act, at=at, person_id=case.person_id, subject=case)
    return case
