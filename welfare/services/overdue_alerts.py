"""Acknowledged, and then? A planned try that has passed, and a clock that has run out."""

from collections.abc import Sequence, Set
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import alerts, trail, vault
from models.duty import Watch
from models.sealing import SealBroken
from models.tables.care import Alert, ContactAttempt
from models.tables.letters import Letter
from models.tables.people import PersonKey
from models.trail import Signature
from models.vocabulary import Act, AlertStatus, ContactResult, LetterKind
from welfare.policies.alert_rounds import (
    BATCH,
    Mark,
    Round,
    can_act,
    mark_of,
    next_alerts,
    watch_over,
    with_letter,
    without,
)
from welfare.policies.quiet_hours import at_night, night


def nudge_planned(session: Session, *, by: Signature, at: datetime) -> int:
    """The next try that the owner planned has passed, and there is no newer one: one letter to
    the owner, when their quiet hours are over. Returns how many alerts there were, of one batch."""
    now = night(session, at)
    found = session.scalars(
        select(Alert)
        .where(
            Alert.status == AlertStatus.ACKNOWLEDGED,
            Alert.next_nudge_at <= at,
            Alert.owner_id.is_not(None),
            ~at_night(Alert.owner_id, now),
        )
        .order_by(Alert.next_nudge_at, Alert.id)
        .limit(BATCH)
        .with_for_update(of=Alert, skip_locked=True)
    ).all()
    waiting = with_letter(session, found, at)
    for alert in found:
        alert.next_nudge_at = None  # once for each planned try
        if alert.owner_id is not None and (alert.id, alert.owner_id) not in waiting:
            kind = LetterKind.NUDGE
            alerts.write_letter(session, alert=alert, to=alert.owner_id, kind=kind, at=at)
        _record(session, by, Act.ALERT_NUDGED, alert, at)
    session.flush()
    return len(found)


def pass_on_overdue(session: Session, *, by: Signature, after: Mark | None, at: datetime) -> Round:
    """An acknowledged alert whose clock has run out before anybody reached the person is passed
    on once, to the clinic lead (else the clinician on duty), who becomes its cover; the owner
    stays the human who took it. Once more, if whoever covers it cannot act any more.

    Where there is nobody else the owner gets one letter, and it is passed on as soon as there is
    somebody. Of the sealed contacts only those of this batch are opened.
    """
    found = next_alerts(
        session,
        AlertStatus.ACKNOWLEDGED,
        Alert.due_at <= at,
        or_(Alert.overdue_at.is_(None), ~can_act(Alert.cover_id, at)),
        after=after,
    )
    reached = _reached(session, found)
    late = [alert for alert in found if alert.id not in reached]
    holds = watch_over(session, late, at)
    told = _told(session, late)
    done = [_pass_on(session, by, alert, holds, told, at) for alert in late]
    session.flush()
    return Round(sum(done), mark_of(found))


def _pass_on(
    session: Session, by: Signature, alert: Alert, holds: Watch, told: Set[UUID], at: datetime
) -> bool:
    others = without(holds, alert.owner_id)
    person = alert.person_id
    lead = others.lead(alert.unit, not_person=person)
    successor = lead or others.on_duty(alert.unit, not_person=person)
    if successor is None:
        return _remind(session, by, alert, told, at)
    alert.overdue_at, alert.cover_id = at, successor
    alerts.write_letter(session, alert=alert, to=successor, kind=LetterKind.ESCALATION, at=at)
    _record(session, by, Act.ALERT_OVERDUE, alert, at)
    return True


def _remind(session: Session, by: Signature, alert: Alert, told: Set[UUID], at: datetime) -> bool:
    """Nobody else is there: the owner, unless they were told or mean to try again."""
    if alert.owner_id is None or alert.id in told or alert.next_nudge_at is not None:
        return False
    kind = LetterKind.ESCALATION
    alerts.write_letter(session, alert=alert, to=alert.owner_id, kind=kind, at=at)
    _record(session, by, Act.ALERT_NUDGED, alert, at)
    return True


def _reached(session: Session, found: Sequence[Alert]) -> Set[UUID]:
    """The alerts whose person somebody has reached. A try that plans the next did not."""
    attempts = session.execute(
        select(ContactAttempt, PersonKey)
        .join(PersonKey, PersonKey.person_id == ContactAttempt.person_id)
        .where(
            ContactAttempt.alert_id.in_([alert.id for alert in found]),
            ContactAttempt.next_try_at.is_(None),
        )
        .order_by(ContactAttempt.id)
    )
    return {attempt.alert_id for attempt, key in attempts if _is_reached(session, attempt, key)}


def _is_reached(session: Session, attempt: ContactAttempt, stored: PersonKey) -> bool:
    """What cannot be opened reached nobody: somebody looks twice rather than never, and one
    damaged row holds up no other."""
    try:
        result, *_ = vault.opened(vault.unwrapped(session, stored), attempt, "content")
    except SealBroken:
        return False
    return bool(result == ContactResult.REACHED)


def _told(session: Session, late: Sequence[Alert]) -> Set[UUID]:
    """The alerts about which their owner was told since the clock ran out."""
    found = session.scalars(
        select(Letter.alert_id)
        .join(Alert, Alert.id == Letter.alert_id)
        .where(
            Letter.alert_id.in_([alert.id for alert in late]),
            Letter.recipient_id == Alert.owner_id,
            Letter.kind != LetterKind.TEXT,
            Letter.written_at >= Alert.due_at,
            Letter.written_at > Alert.acknowledged_at,
        )
    )
    return {alert_id for alert_id in found if alert_id is not None}


def _record(session: Session, by: Signature, act: Act, alert: Alert, at: datetime) -> None:
    trail.record(session, by=by, act=act, at=at, person_id=alert.person_id, subject=alert)
