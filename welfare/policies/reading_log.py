"""The lines of "who opened my record": who, what, when, why, and what was asked about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from models import vault
from models.merged import of_record
from models.sealing.digests import blind_index
from models.tables.audit import AuditEvent
from models.tables.care import Alert, Case
from models.tables.glass import BreakGlass
from models.tables.notices import DelayedNotice, EntryQuestion
from models.vocabulary import Act, EmergencyReason, Role
from welfare.policies.delays import is_hidden

SHOWN = 200


class Why(StrEnum):
    """As far as it can be known afterwards."""

    EMERGENCY = "emergency"
    CARE = "care"  # looks or looked after the person, or shared it
    TASK = "task"  # had to contact the person
    CLINIC = "clinic"  # of the clinic of their unit
    ACCOUNTS = "accounts"
    ORGANISES = "organises"
    OVERSIGHT = "oversight"


BY_ROLE: Mapping[Role | None, Why] = {
    Role.CLINICIAN: Why.CLINIC,
    Role.CLINIC_LEAD: Why.CLINIC,
    Role.ADMINISTRATOR: Why.ACCOUNTS,
    Role.WELFARE_OFFICER: Why.ORGANISES,
    Role.PRIVACY_OFFICER: Why.OVERSIGHT,
}


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """What the person asked about a line, and what came back."""

    asked_at: datetime
    due_at: datetime
    words: str
    reply: str
    replied_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reading:
    """One reader, one kind of act, one day: how often and when last.

    `id` is the same each time the line is shown. `delayed_until`: it was not shown at first;
    `decided_by`: who agreed to that, if anybody did.
    """

    reader: str
    role: Role | None
    act: Act
    last_at: datetime
    times: int
    id: UUID
    reader_id: UUID | None
    why: Why | None
    reason: EmergencyReason | None = None
    was_delayed: bool = False
    decided_by: str = ""
    question: OwnQuestion | None = None


@dataclass(frozen=True, slots=True)
class Glass:
    """An opening in an emergency that the person is told of, with what delayed it."""

    row: BreakGlass
    reason: EmergencyReason
    delay: DelayedNotice | None

    def covers(self, reader: UUID | None, act: Act, last_at: datetime) -> bool:
        if reader != self.row.opener_id:
            return False
        return act is Act.GLASS_BROKEN or self.row.opened_at <= last_at <= self.row.over_at


def list_readings(
    session: Session,
    *,
    person_id: UUID,
    own_account: UUID,
    key: bytes,
    acts: Sequence[Act],
    at: datetime,
) -> list[Reading]:
    """Four queries, however long the list is. What waits with a delay is left out."""
    events = _events(session, person_id, own_account, acts, at)
    glasses = _glasses(session, person_id, key)
    questions = _questions(session, person_id, key)
    deciders = {each.delay.decided_by for each in glasses if each.delay is not None}
    readers = {event[0] for event in events}
    names = vault.names_of(
        session, account_ids={each for each in readers | deciders if each is not None}
    )
    return [_reading(session, person_id, event, glasses, questions, names) for event in events]


def _events(
    session: Session, person_id: UUID, own_account: UUID, acts: Sequence[Act], at: datetime
) -> Sequence[Any]:
    """The newest ones, and each opening in an emergency: one that was shown late under its true
    day would else lie behind what came since, for ever."""
    last = func.max(AuditEvent.at)
    kind = (AuditEvent.actor_id, AuditEvent.role, AuditEvent.act)
    found = session.execute(
        select(*kind, last, func.count(), _cared(person_id), _had_a_task(person_id))
        .where(
            of_record(AuditEvent.person_id, person_id),
            AuditEvent.act.in_(acts),
            AuditEvent.actor_id != own_account,
            ~is_hidden(person_id, at=at),
        )
        .group_by(*kind, func.date(AuditEvent.at))
        .order_by(
            (AuditEvent.act == Act.GLASS_BROKEN).desc(),
            last.desc(),
            AuditEvent.actor_id,
            AuditEvent.act,
        )
        .limit(SHOWN)
    ).all()
    return sorted(found, key=lambda event: event[3], reverse=True)


def _cared(person_id: UUID) -> ColumnElement[bool]:
    theirs = or_(Case.clinician_id == AuditEvent.actor_id, Case.second_id == AuditEvent.actor_id)
    return exists().where(Case.person_id == person_id, theirs).correlate(AuditEvent)


def _had_a_task(person_id: UUID) -> ColumnElement[bool]:
    who = AuditEvent.actor_id
    theirs = or_(Alert.owner_id == who, Alert.cover_id == who, Alert.acknowledged_by == who)
    return exists().where(Alert.person_id == person_id, theirs).correlate(AuditEvent)


def _glasses(session: Session, person_id: UUID, key: bytes) -> list[Glass]:
    found = session.execute(
        select(BreakGlass, DelayedNotice)
        .outerjoin(DelayedNotice, DelayedNotice.glass_id == BreakGlass.id)
        .where(BreakGlass.person_id == person_id)
        .order_by(BreakGlass.opened_at, BreakGlass.id)
    )
    return [
        Glass(glass, EmergencyReason(vault.opened(key, glass, "content")[0]), delay)
        for glass, delay in found
    ]


def _questions(session: Session, person_id: UUID, key: bytes) -> dict[Any, OwnQuestion]:
    found = session.scalars(
        select(EntryQuestion)
        .where(EntryQuestion.person_id == person_id)
        .order_by(EntryQuestion.asked_at, EntryQuestion.id)
    )
    return {
        (each.reader_id, each.role, each.act, each.day): OwnQuestion(
            each.asked_at,
            each.due_at,
            vault.opened(key, each, "question"),
            vault.opened(key, each, "reply") or "",
            each.replied_at,
        )
        for each in found
    }


def _reading(
    session: Session,
    person_id: UUID,
    event: Any,
    glasses: Sequence[Glass],
    questions: Mapping[Any, OwnQuestion],
    names: Mapping[UUID, str],
) -> Reading:
    reader, role, act, last_at, times, cared, had_a_task = event
    glass = next((each for each in reversed(glasses) if each.covers(reader, act, last_at)), None)
    delay = glass.delay if glass is not None else None
    line = f"{person_id}|{reader}|{role}|{act}|{last_at.date()}"
    return Reading(
        reader=names.get(reader, ""),
        role=role,
        act=act,
        last_at=last_at,
        times=times,
        id=UUID(bytes=blind_index(vault.keys_of(session), "entry", line)[:16]),
        reader_id=reader,
        why=_why(role, glass is not None, cared=cared, had_a_task=had_a_task),
        reason=glass.reason if glass is not None else None,
        was_delayed=delay is not None,
        decided_by=names.get(delay.decided_by, "") if delay and delay.decided_by else "",
        question=questions.get((reader, role, act, last_at.date())),
    )


def _why(role: Role | None, in_emergency: bool, *, cared: bool, had_a_task: bool) -> Why | None:
    if in_emergency:
        return Why.EMERGENCY
    if cared:
        return Why.CARE
    return Why.TASK if had_a_task else BY_ROLE.get(role)
