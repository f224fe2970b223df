"""Working an alert: see it, acknowledge it, record each try to reach the person, close it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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
)
from welfare.errors import InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies import access, flows
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission

WORDS_MOST = 2000
CONTENT_SIZE = 8192  # one size for every attempt, so that its length says nothing


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert with the name of the person, for those who must act on it."""

    alert: Alert
    name: str


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
    return [
        OpenAlert(alert, _name(vault.unwrapped(session, key), alert, identity))
        for alert, identity, key in found
    ]


def acknowledge_alert(session: Session, *, actor: Actor, alert_id: UUID, at: datetime) -> Alert:
    """A named human takes the alert: becomes its owner, and opens a case if there is none."""
    alert = _find(session, alert_id)
    access.require(actor, Permission.ALERT_ACKNOWLEDGE, alert)
    flows.require_move(flows.ALERT_MOVES, alert.status, AlertStatus.ACKNOWLEDGED)
    alert.status = AlertStatus.ACKNOWLEDGED
    alert.acknowledged_at, alert.acknowledged_by = at, actor.account_id
    if alert.owner_id != actor.account_id:
        alert.owner_id, alert.cover_id = actor.account_id, alert.owner_id
    alert.next_nudge_at = None
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
) -> Alert:
    """One try to reach the person. Raises InputRefused for a word that is not on the list."""
    alert = _find(session, alert_id)
    access.require(actor, Permission.ALERT_WORK, alert)
    if alert.status is not AlertStatus.ACKNOWLEDGED:
        raise MoveNotAllowed("an alert is acknowledged before contact is recorded")
    _check_contact(result, channel, words)
    attempt = ContactAttempt(
        id=new_key(),
        alert_id=alert.id,
        person_id=alert.person_id,
        by_id=actor.account_id,
        at=at,
    )
    key = vault.key_for(session, person_id=alert.person_id)
    attempt.content = vault.sealed(
        key, attempt, "content", [result, channel, words.strip()], size=CONTENT_SIZE
    )
    session.add(attempt)
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


def _check_contact(result: str, channel: str, words: str) -> None:
    problems = {}
    if result not in set(ContactResult):
        problems["result"] = "choose"
    if channel not in set(Channel):
        problems["channel"] = "choose"
    if len(words) > WORDS_MOST:
        problems["words"] = "too_long"
    if problems:
        raise InputRefused(problems)


def _attempts(session: Session, alert: Alert) -> bool:
    found = session.scalar(
        select(ContactAttempt.id).where(ContactAttempt.alert_id == alert.id).limit(1)
    )
    return found is not None


def _record(session: Session, actor: Actor, act: Act, alert: Alert, at: datetime) -> None:
    trail.record(session, by=actor, act=act, at=at, person_id=alert.person_id, subject=alert)


def _name(key: bytes, alert: Alert, identity: Identity | None) -> str:
    content = vault.opened(key, identity, "content") if identity is not None else None
    return vault.name_in(content, person_id=alert.person_id)
