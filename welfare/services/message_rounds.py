"""No message stays without a human: again, then to the clinic lead. For the job loop."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from models import messaging, trail
from models.duty import CLINICAL, Watch, watch
from models.tables.accounts import Account, Post
from models.tables.messages import Message
from models.trail import Signature
from models.vocabulary import Act
from welfare.policies.alert_rounds import without
from welfare.policies.posts import is_held

BATCH = 200


def hand_on_orphans(session: Session, *, by: Signature, at: datetime) -> int:
    """What waits for somebody who cannot act any more goes to the next human. Returns how many
    found one; the others stay, and are asked about in every round."""
    able = exists().where(
        Account.id == Message.to_id,
        Account.disabled_at.is_(None),
        Post.account_id == Account.id,
        Post.role.in_(CLINICAL),
        is_held(Post, at.date()),
    )
    found = _next(session, or_(Message.to_id.is_(None), ~able))
    holds = _watch_over(session, found, at)
    return sum(_hand_on(session, by, message, holds, at) for message in found)


def nudge_waiting(session: Session, *, by: Signature, at: datetime) -> int:
    """The time that was promised has passed: a letter to whoever should reply; a working day
    later one to the clinic lead, who sees it from then on, and so on each working day."""
    found = _next(session, Message.next_nudge_at <= at, Message.to_id.is_not(None))
    holds = _watch_over(session, found, at)
    for message in found:
        _nudge(session, by, message, holds, at)
    session.flush()
    return len(found)


def _next(session: Session, *which: ColumnElement[bool]) -> Sequence[Message]:
    """One that somebody is acting on at this moment is left to them: its turn comes again."""
    return session.scalars(
        select(Message)
        .where(Message.settled_at.is_(None), Message.is_from_person, *which)
        .order_by(Message.due_at, Message.id)
        .limit(BATCH)
        .with_for_update(of=Message, skip_locked=True)
    ).all()


def _hand_on(session: Session, by: Signature, message: Message, holds: Watch, at: datetime) -> bool:
    human = messaging.recipient_for(
        session, person_id=message.person_id, unit=message.unit, at=at, holds=holds
    )
    if human is None or human == message.to_id:
        return False
    messaging.hand_on(session, message=message, to=human, at=at)
    _record(session, by, Act.MESSAGE_HANDED_ON, message, at)
    return True


def _nudge(session: Session, by: Signature, message: Message, holds: Watch, at: datetime) -> None:
    act, to = Act.MESSAGE_NUDGED, message.to_id
    others = without(holds, message.to_id)
    lead = others.lead(message.unit, not_person=message.person_id)
    if message.nudges > 0:
        act, to = Act.MESSAGE_OVERDUE, lead or message.to_id
        message.overdue_at = message.overdue_at or at
    message.nudges += 1
    message.next_nudge_at = messaging.working_days_after(at, messaging.NUDGE_EVERY)
    if to is not None:
        messaging.write_letter(session, message=message, to=to, at=at)
    _record(session, by, act, message, at)


def _watch_over(session: Session, messages: Sequence[Message], at: datetime) -> Watch:
    return watch(session, paths={path for message in messages for path in message.unit.line}, at=at)


def _record(session: Session, by: Signature, act: Act, message: Message, at: datetime) -> None:
    trail.record(session, by=by, act=act, at=at, person_id=message.person_id, subject=message)
