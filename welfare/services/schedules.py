"""Keeping everybody's windows in line with what is known of them. For the job loop and commands."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from models import rescheduling, trail
from models.trail import Signature
from models.vocabulary import Act

BATCH = 200  # one transaction holds up the writers of an embedded database for a moment only


def is_due(session: Session, *, today: date) -> bool:
    """Is it anybody's turn? Changes nothing."""
    return bool(rescheduling.people_to_schedule(session, today=today, most=1))


def bring_up_to_date(
    session: Session, *, by: Signature, programme: str, today: date, at: datetime
) -> int:
    """Work out the windows of the next people whose turn it is. Returns how many people.

    One transaction's worth: call it again until it returns 0. `programme`: the site's own.
    """
    people = rescheduling.people_to_schedule(session, today=today, most=BATCH)
    if not people:
        return 0
    rescheduling.reschedule(session, person_ids=people, today=today, default=programme)
    trail.record(session, by=by, act=Act.WINDOWS_SCHEDULED, at=at)
    return len(people)
