"""When the duty changes: what nobody has acknowledged goes to the clinician on duty now."""

from collections.abc import Set
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from models import alerts, rulebook, trail
from models.duty import Watch
from models.programmes import Programme
from models.tables.care import Alert
from models.trail import Signature
from models.vocabulary import Act, AlertStatus, LetterKind
from welfare.policies.alert_rounds import (
    Mark,
    Round,
    mark_of,
    next_alerts,
    watch_over,
    with_letter,
)


def hand_over_to_duty(
    session: Session, *, by: Signature, programme: Programme, after: Mark | None, at: datetime
) -> Round:
    """Alerts whose owner is not who is on duty get who is, and a letter at once; the former owner
    keeps cover. What a human has acknowledged stays theirs; what went to a clinic lead, the lead's.

    The clocks are those of what the alert's unit follows, else of `programme`.
    """
    found = next_alerts(session, AlertStatus.RAISED, after=after)
    holds = watch_over(session, found, at)
    takers = {alert.id: taker for alert in found if (taker := _taker(alert, holds)) is not None}
    moving = [alert for alert in found if alert.id in takers]
    followed = rulebook.followed(session, [alert.unit for alert in moving], default=programme)
    waiting = with_letter(session, moving, at)
    for alert in moving:
        wait = followed[alert.unit_id].clocks.nudge_every
        _give(session, alert, takers[alert.id], waiting, at)
        alert.next_nudge_at = at + wait
        trail.record(
            session,
            by=by,
            act=Act.ALERT_HANDED_OVER,
            at=at,
            person_id=alert.person_id,
            subject=alert,
        )
    session.flush()
    return Round(len(moving), mark_of(found))


def _taker(alert: Alert, holds: Watch) -> UUID | None:
    """Who is on duty now, if that is somebody else and no lead has the alert."""
    on_duty = holds.on_duty(alert.unit, not_person=alert.person_id)
    if on_duty == alert.owner_id or _is_with_a_lead(alert, holds):
        return None
    return on_duty


def _is_with_a_lead(alert: Alert, holds: Watch) -> bool:
    """A lead who has it only because nobody was on duty gives it on."""
    leads = {human.account for path in alert.unit.line for human in holds.leads.get(path, ())}
    return alert.escalated_at is not None and alert.owner_id in leads


def _give(
    session: Session,
    alert: Alert,
    taker: UUID,
    waiting: Set[tuple[UUID | None, UUID]],
    at: datetime,
) -> None:
    alert.cover_id, alert.owner_id = alert.owner_id, taker
    if (alert.id, taker) not in waiting:
        alerts.write_letter(session, alert=alert, to=taker, kind=LetterKind.NUDGE, at=at)
    alert.nudges = 1
