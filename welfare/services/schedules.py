"""Keeping everybody's windows in line with what is known of them. For the job loop and commands."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from models import rescheduling, trail
from models.programmes import ProgrammeRefused
from models.trail import Signature
from models.vocabulary import Act

BATCH = 200  # one transaction holds up the writers of an embedded database for a moment only
log = logging.getLogger(__name__)


def is_due(session: Session, *, today: date) -> bool:
    """Is it anybody's turn? Changes nothing."""
    return bool(rescheduling.people_to_schedule(session, today=today, most=1))


def bring_up_to_date(
    session: Session, *, by: Signature, programme: str, today: date, at: datetime
) -> int:
    """Work out the windows of the next people whose turn it is. Returns how many people.

    One transaction's worth: call it again until it returns 0. `programme`: the site's own.
    """
    people = rescheduling.people_to_schedule(session, today=today, most=BATCH, take=True)
    if not people:
        return 0
    _work_out(session, people, _Round(by, programme, today, at))
    return len(people)


@dataclass(frozen=True, slots=True)
class _Round:
    by: Signature
    programme: str
    today: date
    at: datetime


def _work_out(session: Session, people: Sequence[UUID], its: _Round) -> None:
    """One person whose windows cannot be worked out must not keep the others from theirs."""
    try:
        with session.begin_nested():
            rescheduling.reschedule(
                session, person_ids=people, today=its.today, default=its.programme
            )
            trail.record(session, by=its.by, act=Act.WINDOWS_SCHEDULED, at=its.at)
    except (SQLAlchemyError, FileNotFoundError, ProgrammeRefused) as problem:
        if len(people) > 1:
            for each in people:
                _work_out(session, [each], its)
            return
        log.error("windows of one person cannot be worked out: %s", type(problem).__name__)
        rescheduling.pass_over(session, person_id=people[0], today=its.today)
        trail.record(session, by=its.by, act=Act.WINDOWS_SCHEDULED, at=its.at)
