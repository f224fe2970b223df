"""The oversight job: reviews and questions that wait too long, and people who are told later."""

from datetime import datetime, timedelta
from uuid import UUID

from models.session import Database, transaction
from welfare.jobs.turns import is_ours
from welfare.policies.actor import Machine
from welfare.services import oversight_rounds

NAME = "oversight"
LEASE = timedelta(seconds=45)


def run(database: Database, *, holder: UUID, at: datetime) -> int:
    """Run once, if no other worker does. Returns how many things somebody was told of.

    Three acts, three transactions: each leaves letters, which the next round sends.
    """
    if not is_ours(database, name=NAME, holder=holder, span=LEASE, at=at):
        return 0
    by, done = Machine(), 0
    for tell in (
        oversight_rounds.tell_overdue_reviews,
        oversight_rounds.tell_late_questions,
        oversight_rounds.tell_people,
    ):
        with transaction(database) as session:
            done += tell(session, by=by, at=at)
    return done
