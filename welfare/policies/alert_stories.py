"""Alerts with all that was done about them, as a record shows them. One query."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from models import vault
from models.merged import of_record
from models.tables.care import Alert, ContactAttempt
from models.vocabulary import AlertOutcome, Channel, ContactResult
from welfare.policies.acuity import Acuity, told_of


@dataclass(frozen=True, slots=True)
class Attempt:
    at: datetime
    by: str
    result: ContactResult
    channel: Channel
    words: str
    next_try_at: datetime | None


@dataclass(frozen=True, slots=True)
class AlertStory:
    """An alert with what was done about it; `items` such as "phq-9.9".

    `call` is what somebody left who asked to be called: a number, and whom to ask for.
    """

    alert: Alert
    items: tuple[str, ...]
    call: Mapping[str, str]
    attempts: tuple[Attempt, ...]
    outcome: AlertOutcome | None
    outcome_words: str
    acuity: Acuity


def read_alerts(
    session: Session, *, person_id: UUID
) -> Mapping[UUID, tuple[Alert, Sequence[ContactAttempt]]]:
    """By its id every alert with its contacts, both the oldest first. What stayed behind with a
    record that was merged into this one belongs here too."""
    of_alert = ContactAttempt.alert_id == Alert.id
    found = session.execute(
        select(Alert, ContactAttempt)
        .outerjoin(ContactAttempt, and_(of_alert, of_record(ContactAttempt.person_id, person_id)))
        .where(of_record(Alert.person_id, person_id))
        .order_by(Alert.raised_at, Alert.id, ContactAttempt.at, ContactAttempt.id)
    )
    alerts: dict[UUID, tuple[Alert, list[ContactAttempt]]] = {}
    for alert, attempt in found:
        _, attempts = alerts.setdefault(alert.id, (alert, []))
        attempts.extend([attempt] if attempt is not None else [])
    return alerts


def story_of(
    alert: Alert,
    attempts: Iterable[ContactAttempt],
    names: Mapping[UUID, str],
    keys: Mapping[UUID, bytes],
) -> AlertStory:
    """Opened; `keys` by person."""
    key = keys[alert.person_id]
    outcome, words = vault.opened(key, alert, "outcome") or (None, "")
    detail = vault.opened(key, alert, "detail")
    return AlertStory(
        alert=alert,
        items=tuple(detail["items"]),
        call=detail.get("call", {}),
        attempts=tuple(_attempt(each, names, keys) for each in attempts),
        outcome=AlertOutcome(outcome) if outcome else None,
        outcome_words=words,
        acuity=told_of(key, alert),
    )


def _attempt(
    attempt: ContactAttempt, names: Mapping[UUID, str], keys: Mapping[UUID, bytes]
) -> Attempt:
    result, channel, words = vault.opened(keys[attempt.person_id], attempt, "content")
    by, planned = names.get(attempt.by_id, ""), attempt.next_try_at
    return Attempt(attempt.at, by, ContactResult(result), Channel(channel), words, planned)
