"""The reminder job: write the letters that are due about open windows, and send them, a few at a
time. Letters about alerts come first and wait for none of these."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from models.session import Database, snapshot, transaction
from welfare.gateways.letters import Stationery
from welfare.gateways.mail import Letter, Mailer, MailNotSent, MailRefused
from welfare.jobs.turns import is_ours
from welfare.policies.actor import Machine
from welfare.policies.window_links import PATH
from welfare.services import reminder_letters
from welfare.services.reminder_letters import Mark, Waiting

NAME = "reminders"
LEASE = timedelta(seconds=45)
BATCHES = 5  # written in one round
LETTERS_AT_ONCE = 5  # sent in one round
REST = timedelta(hours=1)  # between two walks over the open windows
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Walk:
    """How far a worker is in looking at open windows. Forgotten by a crash, which harms nothing:
    the database holds one letter for each day of a window, whoever writes it."""

    after: Mark | None = None
    rests_until: datetime | None = None

    def is_resting(self, at: datetime) -> bool:
        return self.rests_until is not None and at < self.rests_until

    def go_on(self, after: Mark | None, at: datetime) -> None:
        self.after = after
        self.rests_until = at + REST if after is None else None


def run(
    database: Database,
    *,
    mailer: Mailer,
    stationery: Stationery,
    walk: Walk,
    holder: UUID,
    at: datetime,
    may_go_on: Callable[[], bool] = lambda: True,
) -> int:
    """Run once, if no other worker does. Returns how many letters were written or left.

    `may_go_on`: asked between two letters; something more urgent may wait.
    """
    if not is_ours(database, name=NAME, holder=holder, span=LEASE, at=at):
        return 0
    done = _write(database, walk, at)
    for _ in range(LETTERS_AT_ONCE):
        letter = _taken(database, at)
        if letter is None or not _send(database, mailer, stationery, letter, at):
            break
        done += 1
        if not may_go_on():
            break
    return done


def _write(database: Database, walk: Walk, at: datetime) -> int:
    if walk.is_resting(at):
        return 0
    today, count = at.date(), 0
    with snapshot(database) as session:
        programmes = reminder_letters.programmes_asking(session, today=today)
    for _ in range(BATCHES):
        try:
            with transaction(database) as session:
                written = reminder_letters.write_due(
                    session,
                    by=Machine(),
                    programmes=programmes,
                    after=walk.after,
                    today=today,
                    at=at,
                )
        except IntegrityError:  # another worker wrote one of them first; the next round sees it
            return count
        count += written.count
        walk.go_on(written.more_after, at)
        if written.more_after is None:
            break
    return count


def _taken(database: Database, at: datetime) -> Waiting | None:
    with transaction(database) as session:
        return reminder_letters.take_letter(session, today=at.date(), at=at)


def _send(
    database: Database,
    mailer: Mailer,
    stationery: Stationery,
    waiting: Waiting,
    at: datetime,
) -> bool:
    """False where the mail server takes no letters now: the others need not be tried."""
    try:
        mailer.send(_letter(stationery, waiting))
    except MailRefused:
        log.warning("a letter was refused for good; nothing more is sent to that address")
        with transaction(database) as session:
            reminder_letters.note_bounced(session, by=Machine(), reminder_id=waiting.id, at=at)
        return True
    except MailNotSent:
        log.warning("a letter could not be sent and will be tried again")
        with transaction(database) as session:
            reminder_letters.note_failed(session, reminder_id=waiting.id, at=at)
        return False
    with transaction(database) as session:
        reminder_letters.note_sent(session, reminder_id=waiting.id, at=at)
    return True


def _letter(stationery: Stationery, waiting: Waiting) -> Letter:
    path = PATH.replace("{token}", waiting.token) if waiting.token else ""
    return stationery.remind(
        letter_id=waiting.id, to=waiting.address, language=waiting.language, link_path=path
    )
