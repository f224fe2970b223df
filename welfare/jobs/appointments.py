"""The appointments job: write the letters that are due on the day before. Others send them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from models.session import Database, transaction
from welfare.jobs.turns import is_ours
from welfare.policies.actor import Machine
from welfare.services import appointment_letters

NAME = "appointments"
LEASE = timedelta(seconds=45)
REST = timedelta(minutes=5)  # between two looks: people without an address are looked at again


@dataclass(slots=True)
class Walk:
    """When a worker looks again. A crash forgets it, which harms nothing."""

    rests_until: datetime | None = None


def run(database: Database, *, walk: Walk, holder: UUID, at: datetime) -> int:
    """Run once, if no other worker does. Returns how many letters were written."""
    if not is_ours(database, name=NAME, holder=holder, span=LEASE, at=at):
        return 0
    if walk.rests_until is not None and at < walk.rests_until:
        return 0
    walk.rests_until = at + REST
    try:
        with transaction(database) as session:
            return appointment_letters.write_due(session, by=Machine(), at=at)
    except IntegrityError:  # another worker wrote one of them first; the next round sees it
        return 0
