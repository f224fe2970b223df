"""The trail as an auditor reads it: who did what kind of act, never what was in the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail, vault
from models.sealing import keyed_digest
from models.tables.audit import AuditEvent
from models.vocabulary import Act, Decision, Role
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.permissions import Permission

PAGE = 50
QUIET = (Role.MEMBER, None)
CARE = frozenset(
    {
        Act.PAPER_KEYED,
        Act.SCREENING_SENT,
        Act.SCREENING_CONFLICT,
        Act.ALERT_RAISED,
        Act.CASE_OPENED,
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `subject` is a keyed token: the same person, the same token, and no more."""

    id: UUID
    at: datetime
    act: Act
    decision: Decision
    actor: str
    role: Role | None
    subject: str | None


@dataclass(frozen=True, slots=True)
class TrailPage:
    entries: tuple[Entry, ...]
    older_than: UUID | None


def read_trail(session: Session, *, actor: Actor, before: UUID | None, at: datetime) -> TrailPage:
    """A page of the trail, newest first. Reading the trail is itself in the trail."""
    query = select(AuditEvent).where(access.visible(actor, Permission.TRAIL_READ))
    if before is not None:
        query = query.where(AuditEvent.id < before)
    events: Sequence[AuditEvent] = session.scalars(
        query.order_by(AuditEvent.id.desc()).limit(PAGE + 1)
    ).all()
    shown = events[:PAGE]
    actors = {event.actor_id for event in shown if event.actor_id is not None}
    names = vault.names_of(session, account_ids=actors)
    key = vault.keys_of(session).derived("trail-subject")
    trail.record_read(session, by=actor, act=Act.TRAIL_READ, at=at, person_ids=[None])
    return TrailPage(
        entries=tuple(
            _entry(event, names.get(event.actor_id, "") if event.actor_id else "", key)
            for event in _one_per_act(shown)
        ),
        older_than=shown[-1].id if len(events) > PAGE else None,
    )


def _one_per_act(events: Sequence[AuditEvent]) -> list[AuditEvent]:
    """Of what a member's one request wrote, one row: how many rows it wrote would tell whether
    an answer was critical. So of answers that staff type in for one person."""
    kept: list[AuditEvent] = []
    for event in events:
        if not (kept and _belongs(event, kept[-1])):
            kept.append(event)
    return kept


def _belongs(event: AuditEvent, shown: AuditEvent) -> bool:
    is_same = shown.request_id == event.request_id and _kind(shown) == _kind(event)
    is_typed_in = _kind(event) == "care" and shown.person_id == event.person_id
    return is_same and (event.role in QUIET or is_typed_in)


def _kind(event: AuditEvent) -> str:
    return event.act.value.partition(".")[0] if event.act not in CARE else "care"


def _entry(event: AuditEvent, actor: str, key: bytes) -> Entry:
    """A member's own acts, and what the system did about them, are shown without name and token:
    who answered, and what followed, is nobody's business."""
    is_quiet = event.role in QUIET or event.act is Act.PERSON_ADDED
    person = None if is_quiet else event.person_id
    token = keyed_digest(key, person.bytes).hex()[:10] if person else None
    name = "" if event.role in QUIET else actor
    return Entry(event.id, event.at, event.act, event.decision, name, event.role, token)
