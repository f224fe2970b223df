"""The door in to sealed answers: who on a roster had a positive screen in a period.

Sealed payloads are opened a thousand at a time and only their one yes or no is kept. Nothing else
about a person comes through this door: no name, no score, no answer.
"""

from collections.abc import Iterator, Sequence, Set
from datetime import date
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models import vault
from models.instruments.payload import Payload, unpack
from models.tables.paper import EnteredInError
from models.tables.screenings import Screening
from models.vocabulary import Phase

BATCH = 1000


def positive(session: Session, *, first: date, last: date, among: Set[UUID]) -> set[UUID]:
    """Those of `among` with a positive screen from the first to the last day, both inside."""
    found: set[UUID] = set()
    for batch in _screenings(session, first=first, last=last):
        rows = [row for row in batch if row.person_id in among]
        opened = vault.opened_all(session, rows=rows, column="payload")
        found.update(
            row.person_id
            for row, content in zip(rows, opened, strict=True)
            if content is not None and _counts(unpack(content))
        )
    return found


def _counts(payload: Payload) -> bool:
    """A part that was sent before the rest is no screening: the whole counts, if it comes."""
    return payload.part_of is None and payload.is_positive


def _screenings(session: Session, *, first: date, last: date) -> Iterator[Sequence[Screening]]:
    """What was entered in error is not what anybody answered. What a clinician asks of somebody
    in their care is left out, too: how often they do must not move a figure."""
    struck = exists().where(EnteredInError.screening_id == Screening.id)
    of_programmes = Screening.phase != Phase.CARE
    within = select(Screening).where(Screening.day.between(first, last), of_programmes, ~struck)
    within = within.order_by(Screening.id)
    return session.scalars(within.execution_options(yield_per=BATCH)).partitions(BATCH)
