"""The schedule job: what changed is worked out at once, everybody once a day."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from models.session import Database, snapshot, transaction
from welfare.jobs.turns import is_ours
from welfare.policies.actor import Machine
from welfare.services import schedules

NAME = "schedule"
LEASE = timedelta(seconds=45)
ROUNDS = 25  # then letters have their turn again


def run(
    database: Database,
    *,
    programme: str,
    holder: UUID,
    at: datetime,
    may_go_on: Callable[[], bool] = lambda: True,
) -> int:
    """Some rounds, if there is anything to do and no other worker is at it. Returns how many
    people were looked at."""
    with snapshot(database) as session:
        is_due = schedules.is_due(session, today=at.date())
    if not is_due or not is_ours(database, name=NAME, holder=holder, span=LEASE, at=at):
        return 0
    people = 0
    for _round in range(ROUNDS):
        done = once(database, programme=programme, at=at)
        people += done
        if done < schedules.BATCH or not may_go_on():  # a letter may wait
            break
    return people


def once(database: Database, *, programme: str, at: datetime) -> int:
    """One transaction."""
    with transaction(database) as session:
        return schedules.bring_up_to_date(
            session, by=Machine(), programme=programme, today=at.date(), at=at
        )
