"""Working an alert: see it, acknowledge it, record each try to reach the person, close it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail, vault
from models.base import new_key
from models.tables.care import Alert, Case, ContactAttempt
from models.tables.people import Identity, PersonKey
from models.vocabulary import (
    Act,
    AlertOutcome,
    AlertStatus,
    CaseStatus,
    Channel,
    ContactResult,
    NextTry,
)
from welfare.errors import InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies import access, flows
from welfare.policies.actor import Actor
from welfare.policies.acuity import Acuity, told_of
from welfare.policies.permissions import Permission

WORDS_MOST = 2000
CONTENT_SIZE = 8192  # one size for every attempt, so that its length says nothing
AFTER: Mapping[str, timedelta | None] = {
    NextTry.NONE: None,
    NextTry.ONE_HOUR: timedelta(hours=1),
    NextTry.FOUR_HOURS: timedelta(hours=4),
    NextTry.TOMORROW: timedelta(days=1),
}


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert with the name of the person, for those who must act on it."""

    alert: Alert
    name: str
    acuity: Acuity


def list_unseen(session: Session, *, actor: Actor, at: datetime) -> Sequence[OpenAlert]:
    """Alerts that others own and nobody has acknowledged: for a lead, of all own units."""
    found = session.execute(
        select(Alert, Identity, PersonKey)
        .outerjoin(Identity, Identity.person_id == Alert.person_id)
        .join(PersonKey, PersonKey.person_id == Alert.person_id)
        .where(
            access.visible(actor, Permission.ALERT_READ),
            Alert.status == AlertStatus.RAISED,
            (Alert.owner_id != actor.account_id) | Alert.owner_id.is_(None),
        )
        .order_by(Alert.due_at, Alert.id)
    ).all()
    trail.record_read(
        session,
        by=actor,
        act=Act.LIST_READ,
        at=at,
        person_ids=[alert.person_id for alert, *_ in found],
    )
    opened = [
        _open_alert(vault.unwrapped(session, key), alert, identity)
        for alert, identity, key in found
    ]
    return sorted(opened, key=lambda each: each.acuity.rank)  # and within it by the clock, as found


def acknowledge_alert(session: Session, *, actor: Actor, alert_id: UUID, at: datetime) -> Alert:
    """A named human takes the alert: becomes its owner, and opens a case if there is none."""
    alert = _find(session, alert_id)
    access.require(actor, Permission.ALERT_ACKNOWLEDGE, alert)
    flows.require_move(flows.ALERT_MOVES, alert.status, AlertStatus.ACKNOWLEDGED)
    alert.status = AlertStatus.ACKNOWLEDGED
    alert.acknowledged_at, alert.acknowledged_by = at, actor.account_id
    if alert.owner_id != actor.account_id:
        alert.owner_id, alert.cover_id = actor.account_id, alert.owner_id
    alert.next_nudge_at = _planned_try(session, alert, at)
    _open_case(session, actor, alert, at)
    _record(session, actor, Act.ALERT_ACKNOWLEDGED, alert, at)
    return alert


def record_contact(
    session: Session,
    *,
    actor: Actor,
    alert_id: UUID,
    result: str,
    channel: str,
    words: str,
    at: datetime,
    next_try: str = NextTry.NONE,
) -> Alert:
    """One try to reach the person. Raises InputRefused for a word that is not on the list.

    `next_try`: if the person was not reached, the owner is nudged again once it has passed
    without a newer try.
    """
    alert = _find(session, alert_id)
    access.require(actor, Permission.ALERT_WORK, alert)
    if alert.status is not AlertStatus.ACKNOWLEDGED:
        raise MoveNotAllowed("an alert is acknowledged before contact is recorded")
    _check_contact(result, channel, words, next_try)
    wait = AFTER[next_try] if result == ContactResult.TRIED else None
    attempt = ContactAttempt(
        id=new_key(),
        alert_id=alert.id,
        person_id=alert.person_id,
        by_id=actor.account_id,
        at=at,
        next_try_at=at + wait if wait else None,
    )
    key = vault.key_for(session, person_id=alert.person_id)
    attempt.content = vault.sealed(
        key, attempt, "content", [result, channel, words.strip()], size=CONTENT_SIZE
    )
    session.add(attempt)
    alert.next_nudge_at = attempt.next_try_at
    _record(session, actor, Act.CONTACT_RECORDED, alert, at)
    return alert


def close_alert(
    session: Session,
    *,
    actor: Actor,
    alert_id: UUID,
    outcome: str,
    words: str,
    at: datetime,
) -> Alert:
    """Close with an outcome and after at least one recorded try. Raises InputRefused."""
    alert = _find(session, alert_id)
    access.require(actor, Permission.ALERT_WORK, alert)
    flows.require_move(flows.ALERT_MOVES, alert.status, AlertStatus.CLOSED)
    problems = {}
    if outcome not in set(AlertOutcome):
        problems["outcome"] = "choose"
    if len(words) > WORDS_MOST:
        problems["words"] = "too_long"
    if not _attempts(session, alert):
        problems["outcome"] = "contact_first"
    if problems:
        raise InputRefused(problems)
    key = vault.key_for(session, person_id=alert.person_id)
    content = [outcome, words.strip()]
    alert.outcome = vault.sealed(key, alert, "outcome", content, size=CONTENT_SIZE)
    alert.status, alert.closed_at = AlertStatus.CLOSED, at
    _record(session, actor, Act.ALERT_CLOSED, alert, at)
    return alert


def _find(session: Session, alert_id: UUID) -> Alert:
    alert = session.get(Alert, alert_id)
    if alert is None:
        raise RecordNotFound("no such alert")
    return alert


def _open_case(session: Session, actor: Actor, alert: Alert, at: datetime) -> None:
    """Whoever takes an alert keeps the person in view after it is closed."""
    there = session.scalar(
        select(Case.id).where(
            Case.person_id == alert.person_id,
            Case.clinician_id == actor.account_id,
            Case.status == CaseStatus.OPEN,
        )
    )
    if there is not None:
        return
    case = Case(
        id=new_key(),
        person_id=alert.person_id,
        unit_id=alert.unit_id,
        clinician_id=actor.account_id,
        status=CaseStatus.OPEN,
        opened_at=at,
    )
    session.add(case)
    trail.record(
        session,
        by=actor,
        act=Act.CASE_OPENED,
        at=at,
        person_id=alert.person_id,
        subject=case,
    )


def _check_contact(result: str, channel: str, words: str, next_try: str) -> None:
    problems = {}
    if result not in set(ContactResult):
        problems["result"] = "choose"
    if channel not in set(Channel):
        problems["channel"] = "choose"
    if next_try not in set(NextTry):
        problems["next_try"] = "choose"
    if len(words) > WORDS_MOST:
        problems["words"] = "too_long"
    if problems:
        raise InputRefused(problems)


def _planned_try(session: Session, alert: Alert, at: datetime) -> datetime | None:
    """What was planned holds for whoever takes an alert that was raised anew."""
    planned = session.scalar(
        select(ContactAttempt.next_try_at)
        .where(ContactAttempt.alert_id == alert.id)
        .order_by(ContactAttempt.at.desc(), ContactAttempt.id.desc())
        .limit(1)
    )
    return planned if planned is not None and planned > at else None


def _attempts(session: Session, alert: Alert) -> bool:
    found = session.scalar(
        select(ContactAttempt.id).where(ContactAttempt.alert_id == alert.id).limit(1)
    )
    return found is not None


def _record(session: Session, actor: Actor, act: Act, alert: Alert, at: datetime) -> None:
    trail.record(session, by=actor, act=act, at=at, person_id=alert.person_id, subject=alert)


def _open_alert(key: bytes, alert: Alert, identity: Identity | None) -> OpenAlert:
    content = vault.opened(key, identity, "content") if identity is not None else None
    name = vault.name_in(content, person_id=alert.person_id)
    return OpenAlert(alert, name, told_of(key, alert))
