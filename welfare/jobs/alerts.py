"""The alerts job: who is on duty has what nobody took, and what was taken is not forgotten."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from models.programmes import Programme
from models.session import Database, transaction
from welfare.jobs.turns import is_ours
from welfare.policies.actor import Machine
from welfare.policies.alert_rounds import Mark
from welfare.services import duty_changes, overdue_alerts

NAME = "alerts"
LEASE = timedelta(seconds=45)


@dataclass(slots=True)
class Walk:
    """How far a worker is in looking at open alerts. A crash forgets it, which harms nothing."""

    untaken: Mark | None = None
    overdue: Mark | None = None


def run(database: Database, *, programme: Programme, walk: Walk, holder: UUID, at: datetime) -> int:
    """Run once, if no other worker does. Returns about how many alerts something was done.

    Three acts, three transactions: each leaves letters, which the next round sends.
    """
    if not is_ours(database, name=NAME, holder=holder, span=LEASE, at=at):
        return 0
    by = Machine()
    with transaction(database) as session:
        given = duty_changes.hand_over_to_duty(
            session, by=by, programme=programme, after=walk.untaken, at=at
        )
        walk.untaken = given.more_after
    with transaction(database) as session:
        planned = overdue_alerts.nudge_planned(session, by=by, at=at)
    with transaction(database) as session:
        passed = overdue_alerts.pass_on_overdue(session, by=by, after=walk.overdue, at=at)
        walk.overdue = passed.more_after
    return given.count + planned + passed.count
