"""What nobody may forget: reviews and questions that wait too long, people still to be told."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail, vault
from models.tables.glass import BreakGlass
from models.tables.notices import CommandNotice, DelayedNotice, EntryQuestion
from models.trail import Signature
from models.vocabulary import Act
from welfare.policies import told_letters
from welfare.policies.delays import is_delayed
from welfare.policies.told_letters import About

BATCH = 50
AGAIN_AFTER = timedelta(days=1)


def tell_overdue_reviews(session: Session, *, by: Signature, at: datetime) -> int:
    """Openings that nobody has looked at in time: every privacy officer and clinic lead, once a
    day until somebody has. Returns how many there were, of one batch."""
    found = session.scalars(
        select(BreakGlass)
        .where(BreakGlass.next_tell_at <= at)
        .order_by(BreakGlass.next_tell_at, BreakGlass.id)
        .limit(BATCH)
        .with_for_update(of=BreakGlass, skip_locked=True)
    ).all()
    for glass in found:
        _write(session, glass, [glass.opener_id], at)
        glass.next_tell_at = at + AGAIN_AFTER
        _record(session, by, Act.GLASS_OVERDUE, glass, at)
    session.flush()
    return len(found)


def tell_late_questions(session: Session, *, by: Signature, at: datetime) -> int:
    """Questions without a reply in time: the clinic lead may reply from now on, and is told with
    the privacy officers, once a day. Returns how many there were, of one batch."""
    found = session.scalars(
        select(EntryQuestion)
        .where(EntryQuestion.next_tell_at <= at)
        .order_by(EntryQuestion.next_tell_at, EntryQuestion.id)
        .limit(BATCH)
        .with_for_update(of=EntryQuestion, skip_locked=True)
    ).all()
    for question in found:
        question.late_at = question.late_at or at
        _write(session, question, [question.reader_id], at)
        question.next_tell_at = at + AGAIN_AFTER
        _record(session, by, Act.QUESTION_OVERDUE, question, at)
    session.flush()
    return len(found)


def tell_people(session: Session, *, by: Signature, at: datetime) -> int:
    """A delay is over, was refused, or nobody agreed in time: the person is told now. Their own
    pages show it without this. Returns how many notices there were, of one batch."""
    waiting: list[BreakGlass | CommandNotice] = [
        *session.scalars(
            select(BreakGlass)
            .where(BreakGlass.told_at.is_(None))
            .where(~is_delayed(DelayedNotice.glass_id, BreakGlass.id, at=at))
            .order_by(BreakGlass.id)
            .limit(BATCH)
            .with_for_update(of=BreakGlass, skip_locked=True)
        ),
        *session.scalars(
            select(CommandNotice)
            .where(CommandNotice.told_at.is_(None))
            .where(~is_delayed(DelayedNotice.notice_id, CommandNotice.id, at=at))
            .order_by(CommandNotice.id)
            .limit(BATCH)
            .with_for_update(of=CommandNotice, skip_locked=True)
        ),
    ]
    for row in waiting:
        found = vault.person_with_key(session, person_id=row.person_id)
        if found is not None:
            told_letters.write_to_person(session, person_id=row.person_id, key=found[1], at=at)
        row.told_at = at
        _record(session, by, Act.NOTICE_GIVEN, row, at)
    session.flush()
    return len(waiting)


def _write(
    session: Session, row: BreakGlass | EntryQuestion, but: Iterable[UUID], at: datetime
) -> None:
    about = About(row.unit, row.person_id, at, but=frozenset(but))
    readers = told_letters.all_over(session, about)
    told_letters.write_to(session, accounts=readers, at=at)


def _record(
    session: Session,
    by: Signature,
    act: Act,
    row: BreakGlass | EntryQuestion | CommandNotice,
    at: datetime,
) -> None:
    trail.record(session, by=by, act=act, at=at, person_id=row.person_id, subject=row)
