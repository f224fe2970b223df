"""The referrals job: what nobody acted on in time is told, once."""

from datetime import datetime, timedelta
from uuid import UUID

from models.session import Database, snapshot, transaction
from welfare.jobs.turns import is_ours
from welfare.policies.actor import Machine
from welfare.services import overdue_referrals

NAME = "referrals"
LEASE = timedelta(seconds=45)


def run(database: Database, *, holder: UUID, at: datetime) -> int:
    """Run once, if there is anything to tell and no other worker does it."""
    with snapshot(database) as session:
        is_due = overdue_referrals.is_due(session, at=at)
    if not is_due or not is_ours(database, name=NAME, holder=holder, span=LEASE, at=at):
        return 0
    with transaction(database) as session:
        return overdue_referrals.tell_overdue(session, by=Machine(), at=at)
