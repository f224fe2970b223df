"""The nudge job: write the letters that are due, send those that wait, note what left.

It also forgets rosters that nobody said yes to.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from models.programmes import Programme
from models.session import Database, snapshot, transaction
from welfare.gateways.letters import Stationery
from welfare.gateways.mail import Mailer, MailNotSent
from welfare.policies.actor import Machine
from welfare.services import leases, nudges, rosters

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
    if not _is_ours(database, holder, at):
        return 0
    with transaction(database) as session:
        nudges.nudge_again(session, by=Machine(), programme=programme, at=at)
        rosters.forget_uploads(session, at=at)
    with snapshot(database) as session:
        waiting = nudges.letters_waiting(session, at=at)
    return sum(_send(database, mailer, stationery, each, at) for each in waiting)


def give_back(database: Database, *, holder: UUID, at: datetime) -> None:
    """On stopping: the next worker starts at once."""
    with transaction(database) as session:
        leases.give_back(session, name=NAME, holder=holder, at=at)


def _is_ours(database: Database, holder: UUID, at: datetime) -> bool:
    try:
        with transaction(database) as session:
            return leases.take_lease(session, name=NAME, holder=holder, span=LEASE, at=at)
    except IntegrityError:  # two workers made the first lease at once; the other one has it
        return False


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
