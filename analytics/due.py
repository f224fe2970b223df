"""The door in to postings: for whom a programme planned a check in a period.

Only what command knows anyway comes through it: deployments with their days, and the programme of
each. Answers, refusals, waivers, findings and incidents are left out on purpose, so the figure is
the same whatever anybody answered. A window that counts from the last screening is planned here
as if nobody had answered.
"""

from collections.abc import Iterator, Set
from datetime import date
from itertools import groupby
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.programmes import Deployed
from models.programmes.settling import Cause, planned_by
from models.rulebook import Rules
from models.tables.people import Deployment
from models.vocabulary import WindowStatus

# Nobody has answered, as far as is known here: what was due is open in its grace, or missed.
WAS_DUE = {WindowStatus.OPEN, WindowStatus.MISSED}
BATCH = 1000


def due(session: Session, *, first: date, last: date, among: Set[UUID], default: str) -> set[UUID]:
    """Those of `among` with a check that was due from the first to the last day, both inside.

    `default`: the code of the programme for deployments that name none. Raises ProgrammeRefused
    and FileNotFoundError as `rulebook` does.
    """
    return {
        person_id
        for person_id, causes in _causes(session, default=default)
        if person_id in among and _was_due(causes, first=first, last=last)
    }


def _was_due(causes: list[Cause], *, first: date, last: date) -> bool:
    return any(
        first <= window.due_by <= last and window.status in WAS_DUE
        for _, window in planned_by(causes, today=last)
    )


def _causes(session: Session, *, default: str) -> Iterator[tuple[UUID, list[Cause]]]:
    """Of each person their deployments. What lies after the period `schedule` leaves out itself."""
    rules = Rules(session, default)
    rows = session.execute(
        select(
            Deployment.person_id,
            Deployment.id,
            Deployment.programme,
            Deployment.from_day,
            Deployment.until_day,
            Deployment.leave_end_day,
        )
        .order_by(Deployment.person_id, Deployment.from_day)
        .execution_options(yield_per=BATCH)
    )
    for person_id, stays in groupby(rows, key=lambda row: row.person_id):
        yield (
            person_id,
            [
                Cause(
                    stay.id,
                    rules.named(stay.programme),
                    stay.from_day,
                    Deployed(stay.from_day, stay.until_day, stay.leave_end_day),
                )
                for stay in stays
            ],
        )
