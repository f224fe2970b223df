"""Messages that wait: whose they are, by when, and who has them when somebody lets go of a person.

A message is never guessed at: no word in it raises anything. Its clock does, and a human.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from models.alerts import BELL
from models.duty import CLINICAL, HELD_TODAY, Watch, watch_for
from models.tables.accounts import Account, Post
from models.tables.care import Case
from models.tables.letters import Letter
from models.tables.messages import Message
from models.tables.places import Unit
from models.vocabulary import CaseStatus, LetterKind

REPLY_WITHIN = 2  # working days, as people are told before they write
NUDGE_EVERY = 1  # working day, from then on
WEEKEND = frozenset({5, 6})  # Saturday and Sunday
WORDS_MOST = 4000
CONTENT_SIZE = 24_576  # holds the longest message in any script, so that length says nothing

IN_CHARGE = (
    select(Case.clinician_id)
    .join(Account, Account.id == Case.clinician_id)
    .where(
        Case.person_id == bindparam("person_id"),
        Case.status == CaseStatus.OPEN,
        Account.disabled_at.is_(None),
        Account.person_id != bindparam("person_id"),
        select(Post.id)
        .where(Post.account_id == Case.clinician_id, Post.role.in_(CLINICAL), HELD_TODAY)
        .exists(),
    )
    .order_by(Case.opened_at.desc(), Case.id.desc())
    .limit(1)
)


def working_days_after(at: datetime, days: int) -> datetime:
    """The same hour, that many working days later. From a weekend it is counted as from Friday."""
    moment = at
    while days:
        moment += timedelta(days=1)
        days -= moment.weekday() not in WEEKEND
    return moment


def in_charge_of(session: Session, *, person_id: UUID, at: datetime) -> UUID | None:
    """The clinician of the newest open case who can still act."""
    return session.scalar(IN_CHARGE, {"person_id": person_id, "today": at.date()})


def recipient_for(
    session: Session, *, person_id: UUID, unit: Unit, at: datetime, holds: Watch | None = None
) -> UUID | None:
    """Whoever looks after the person, else the clinician on duty, else the lead; never oneself."""
    there = in_charge_of(session, person_id=person_id, at=at)
    if there is not None:
        return there
    watch = holds or watch_for(session, unit=unit, at=at)
    return watch.human_for(unit, not_person=person_id)


def hand_on(session: Session, *, message: Message, to: UUID, at: datetime) -> None:
    """Somebody else sees to it from now on. What was promised to the person stays promised."""
    message.to_id, message.read_at = to, None
    message.nudges, message.overdue_at = 0, None
    message.next_nudge_at = max(message.due_at or at, working_days_after(at, NUDGE_EVERY))
    write_letter(session, message=message, to=to, at=at)


def give_messages(
    session: Session, *, person_id: UUID, giver: UUID, taker: UUID, at: datetime
) -> None:
    """With a case go the messages that wait for whoever gives it away."""
    for message in waiting_for(session, account_id=giver):
        if message.person_id == person_id:
            hand_on(session, message=message, to=taker, at=at)


def waiting_for(session: Session, *, account_id: UUID) -> Iterable[Message]:
    return session.scalars(
        select(Message)
        .where(
            Message.to_id == account_id,
            Message.settled_at.is_(None),
            Message.is_from_person,
        )
        .order_by(Message.id)
        .with_for_update(of=Message)
    ).all()


def write_letter(session: Session, *, message: Message, to: UUID, at: datetime) -> None:
    """A neutral letter, unless one about this message waits for them already."""
    session.flush()  # the letter refers to the message
    session.info[BELL] = True
    waits = select(Letter.id).where(
        Letter.message_id == message.id,
        Letter.recipient_id == to,
        Letter.sent_at.is_(None),
    )
    if session.scalar(waits.limit(1)) is None:
        session.add(
            Letter(
                kind=LetterKind.TOLD,
                recipient_id=to,
                message_id=message.id,
                written_at=at,
                next_try_at=at,
            )
        )
