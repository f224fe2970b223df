"""The nudge job: write the letters that are due, send those that wait, note what left.

It also forgets rosters that nobody said yes to.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from models.programmes import Programme
from models.session import Database, snapshot, transaction
from welfare.gateways.letters import Stationery
from welfare.gateways.mail import Mailer, MailNotSent
from welfare.jobs.turns import is_ours
from welfare.policies.actor import Machine
from welfare.services import nudges, rosters

NAME = "nudges"
LEASE = timedelta(seconds=45)  # a crash may delay a first nudge by this, and no longer
log = logging.getLogger(__name__)


def run(
    database: Database,
    *,
    mailer: Mailer,
    stationery: Stationery,
    programme: Programme,
    holder: UUID,
    at: datetime,
) -> int:
    """Run once, if no other worker does. Returns how many letters left."""
    if not is_ours(database, name=NAME, holder=holder, span=LEASE, at=at):
        return 0
    with transaction(database) as session:
        nudges.nudge_again(session, by=Machine(), programme=programme, at=at)
        rosters.forget_uploads(session, at=at)
    with snapshot(database) as session:
        waiting = nudges.letters_waiting(session, at=at)
    return sum(_send(database, mailer, stationery, each, at) for each in waiting)


def _send(
    database: Database,
    mailer: Mailer,
    stationery: Stationery,
    waiting: nudges.Waiting,
    at: datetime,
) -> bool:
    letter = stationery.compose(
        letter_id=waiting.id,
        kind=waiting.kind,
        to=waiting.address,
        link_path=waiting.link_path,
        language=waiting.language,
    )
    try:
        mailer.send(letter)
    except MailNotSent:
        log.warning("a letter could not be sent and will be tried again")
        with transaction(database) as session:
            nudges.note_failed(session, letter_id=waiting.id, at=at)
        return False
    with transaction(database) as session:
        nudges.note_sent(session, letter_id=waiting.id, at=at)
    return True
