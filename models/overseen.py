"""What an erasure or a merge ends: emergency openings, notices that wait, questions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail
from models.tables.glass import BreakGlass, ClosedRecord
from models.tables.notices import CommandNotice, DelayedNotice, EntryQuestion
from models.trail import Signature
from models.vocabulary import Act


def end_all(session: Session, *, person_id: UUID, at: datetime) -> None:
    """Nothing is left to review, to reply to, to keep closed, or to tell the person later."""
    for glass in _rows(session, BreakGlass, person_id):
        glass.next_tell_at, glass.told_at = None, glass.told_at or at
        if glass.is_open(at):
            glass.ended_at = at
    for notice in _rows(session, CommandNotice, person_id):
        notice.told_at = notice.told_at or at
    for delay in _rows(session, DelayedNotice, person_id):
        delay.until_at = min(delay.until_at, at)
    for mark in _rows(session, ClosedRecord, person_id):
        mark.lifted_at = mark.lifted_at or at
    _end_questions(session, person_id)


def end_if_shut(session: Session, *, by: Signature, person_id: UUID, at: datetime) -> None:
    """Two records have become one, of which one was closed to being opened in an emergency: what
    is open on the other ends."""
    if not any(mark.lifted_at is None for mark in _rows(session, ClosedRecord, person_id)):
        return
    for glass in _rows(session, BreakGlass, person_id):
        if glass.is_open(at):
            glass.ended_at = at
            trail.record(
                session, by=by, act=Act.GLASS_ENDED, at=at, person_id=person_id, subject=glass
            )


def _end_questions(session: Session, person_id: UUID) -> None:
    for question in _rows(session, EntryQuestion, person_id):
        question.next_tell_at = None


def _rows(session: Session, table: type[Any], person_id: UUID) -> Sequence[Any]:
    return session.scalars(select(table).where(table.person_id == person_id)).all()
