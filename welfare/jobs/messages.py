"""The messages job: what waits too long for a reply gets another human."""

from datetime import datetime, timedelta
from uuid import UUID

from models.session import Database, transaction
from welfare.jobs.turns import is_ours
from welfare.policies.actor import Machine
from welfare.services import message_rounds

NAME = "messages"
LEASE = timedelta(seconds=45)


def run(database: Database, *, holder: UUID, at: datetime) -> int:
    """Run once, if no other worker does. Returns about how many messages something was done."""
    if not is_ours(database, name=NAME, holder=holder, span=LEASE, at=at):
        return 0
    by = Machine()
    with transaction(database) as session:
        given = message_rounds.hand_on_orphans(session, by=by, at=at)
    with transaction(database) as session:
        return given + message_rounds.nudge_waiting(session, by=by, at=at)
