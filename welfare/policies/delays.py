"""When a person may be told later: never without a reason, a last day and a second person's yes.

Whatever is forgotten shows the entry: a delay holds only while every part of it is in order.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_
from sqlalchemy.orm import Session

from models import trail, vault
from models.base import new_key
from models.tables.audit import AuditEvent
from models.tables.glass import BreakGlass
from models.tables.notices import CommandNotice, DelayedNotice
from models.vocabulary import Act, DelayReason
from welfare.policies.actor import Actor

LONGEST = timedelta(days=30)
REVIEW_WITHIN = timedelta(hours=72)
WORDS_MOST = 1000
CONTENT_SIZE = 8192  # one size for all that is said here, so that its length says nothing
LOOKED_BEFORE = timedelta(hours=1)  # looking the person up comes before opening the record


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for together with the act that the person would be told of."""

    reason: str
    words: str
    until_day: date | None

    def problems(self, today: date) -> dict[str, str]:
        """By field; empty if it can be asked for."""
        found = {} if self.reason in set(DelayReason) else {"delay_reason": "choose"}
        if not self.words.strip():
            found["delay_words"] = "empty"
        if len(self.words) > WORDS_MOST:
            found["delay_words"] = "too_long"
        if self.until_day is None or not today < self.until_day <= today + LONGEST:
            found["delay_until"] = "not_within_delay"
        return found


def ask(
    session: Session,
    *,
    actor: Actor,
    about: BreakGlass | CommandNotice,
    wish: Wish,
    key: bytes,
    at: datetime,
) -> DelayedNotice:
    """In the transaction of the act: once somebody was told, nothing can be taken back. The wish
    has no problems."""
    last_day = wish.until_day or at.date()
    delay = DelayedNotice(
        id=new_key(),
        person_id=about.person_id,
        unit_id=about.unit_id,
        glass_id=about.id if isinstance(about, BreakGlass) else None,
        notice_id=about.id if isinstance(about, CommandNotice) else None,
        asked_by=actor.account_id,
        asked_at=at,
        from_at=at - LOOKED_BEFORE,
        until_at=datetime.combine(last_day + timedelta(days=1), time(), UTC),
        review_by=at + REVIEW_WITHIN,
    )
    said = [wish.reason, wish.words.strip()]
    delay.content = vault.sealed(key, delay, "content", said, size=CONTENT_SIZE)
    session.add(delay)
    session.flush()
    trail.record(
        session,
        by=actor,
        act=Act.NOTICE_DELAYED,
        at=at,
        person_id=delay.person_id,
        subject=delay,
    )
    return delay


def holds(delay: DelayedNotice, at: datetime) -> bool:
    """Is the person still not told?"""
    if at >= delay.until_at or delay.is_upheld is False:
        return False
    return delay.is_upheld is True or at < delay.review_by


def holding(at: datetime) -> ColumnElement[bool]:
    """The same sentence for a query."""
    return and_(
        DelayedNotice.until_at > at,
        or_(
            DelayedNotice.is_upheld.is_(True),
            and_(DelayedNotice.is_upheld.is_(None), DelayedNotice.review_by > at),
        ),
    )


def is_delayed(column: Any, row_id: Any, *, at: datetime) -> ColumnElement[bool]:
    """Does a delay hold for this row now? `column`: that of a delay which names such rows."""
    return exists().where(column == row_id, holding(at))


def is_hidden(person_id: UUID, *, at: datetime) -> ColumnElement[bool]:
    """For a query over the trail: events that tell of what this person is told later."""
    by_the_opener = and_(
        AuditEvent.actor_id == BreakGlass.opener_id,
        AuditEvent.at >= DelayedNotice.from_at,
        AuditEvent.at <= func.coalesce(BreakGlass.ended_at, BreakGlass.until_at),
        BreakGlass.id == DelayedNotice.glass_id,
    )
    itself = or_(
        AuditEvent.resource_id == DelayedNotice.id,
        AuditEvent.resource_id == DelayedNotice.glass_id,
        AuditEvent.resource_id == DelayedNotice.notice_id,
    )
    mine = and_(DelayedNotice.person_id == person_id, holding(at))
    with_glass = exists().where(mine, by_the_opener)
    return or_(exists().where(mine, itself), with_glass)
