"""The one writer of the trail. An act's event goes into its transaction; a read's event is
gathered and written before the answer leaves."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from models.base import new_key
from models.tables.audit import AuditEvent
from models.vocabulary import Act, Decision, Role

READS = "reads"
SHOWN = "shown"
EVENT = insert(AuditEvent)  # built once: building it costs more than running it


class Signature(Protocol):
    """Who signs an event: an actor of the web, a command, or a job."""

    @property
    def account_id(self) -> UUID | None: ...

    @property
    def role(self) -> Role | None: ...

    @property
    def request_id(self) -> UUID: ...


def record(
    session: Session,
    *,
    by: Signature,
    act: Act,
    at: datetime,
    person_id: UUID | None = None,
    subject: Any = None,
    decision: Decision = Decision.ALLOWED,
) -> None:
    """One event, in the transaction of the act it tells of.

    Written at once and past the unit of work: nothing ever changes an event again, so it need
    not be tracked. If the act is undone, so is this.
    """
    session.connection().execute(EVENT, _event(by, act, at, person_id, subject, decision))


def record_each(
    session: Session, *, by: Signature, act: Act, at: datetime, person_ids: Iterable[UUID]
) -> None:
    """One event for each of many people, in one statement: for acts on a whole roster."""
    events = [_event(by, act, at, person, None, Decision.ALLOWED) for person in person_ids]
    if events:
        session.connection().execute(EVENT, events)


def record_read(
    session: Session,
    *,
    by: Signature,
    act: Act,
    at: datetime,
    person_ids: Iterable[UUID | None],
    subject: Any = None,
) -> None:
    """One event for each person whose record is about to be shown.

    In a reading session they wait for `take_reads`; in a writing one they join the act.
    """
    events = [_event(by, act, at, person, subject, Decision.ALLOWED) for person in person_ids]
    waiting: list[dict[str, Any]] | None = session.info.get(READS)
    if waiting is not None:
        waiting.extend(events)
    elif events:
        session.connection().execute(EVENT, events)
        session.info.setdefault(SHOWN, []).extend(events)


def take_shown(session: Session) -> list[dict[str, Any]]:
    """What a writing session read, once: a form that is refused is undone, but its page may
    show the record again, and that stays in the trail."""
    taken: list[dict[str, Any]] = session.info.pop(SHOWN, [])
    return taken


def take_reads(session: Session) -> list[dict[str, Any]]:
    """Hand over the gathered events, once."""
    waiting: list[dict[str, Any]] = session.info.get(READS, [])
    taken, waiting[:] = list(waiting), []
    return taken


def write_reads(session: Session, *, events: list[dict[str, Any]]) -> None:
    """Write gathered events. If this fails, what was read must not be shown."""
    session.connection().execute(EVENT, events)


def _event(
    by: Signature,
    act: Act,
    at: datetime,
    person_id: UUID | None,
    subject: Any,
    decision: Decision,
) -> dict[str, Any]:
    return {
        "id": new_key(),
        "at": at,
        "act": act,
        "decision": decision,
        "actor_id": by.account_id,
        "role": by.role,
        "person_id": person_id,
        "resource": getattr(subject, "__tablename__", None),
        "resource_id": getattr(subject, "id", None),
        "request_id": by.request_id,
    }
