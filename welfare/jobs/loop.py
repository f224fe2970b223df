"""The job loop of `serve`: runs every job now and then, and at once when the bell rings."""

import logging
import threading
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from models.base import new_key
from models.programmes import load
from models.sealing import KeyFileProblem, SealBroken
from models.session import Database
from welfare.gateways.letters import Stationery
from welfare.gateways.mail import Mailer
from welfare.jobs import nudges

EVERY_SECONDS = 10.0
log = logging.getLogger(__name__)


class Loop:
    """One per serving process; the lease sees to it that only one of them works."""

    def __init__(
        self, database: Database, *, mailer: Mailer, stationery: Stationery, programme: str
    ) -> None:
        self._database, self._mailer, self._stationery = database, mailer, stationery
        self._programme = load(programme)
        self._holder = new_key()
        self._bell = threading.Event()
        self._is_stopped = threading.Event()
        self.succeeded_at: datetime | None = None  # when a round last ended well

    def ring(self) -> None:
        """A letter was committed: do not wait for the next round."""
        self._bell.set()

    def stop(self) -> None:
        self._is_stopped.set()
        self._bell.set()

    def run(self) -> None:
        while not self._is_stopped.is_set():
            self._bell.clear()
            if self.run_once(at=datetime.now(UTC)) == 0:  # else more letters may wait
                self._bell.wait(EVERY_SECONDS)
        try:
            nudges.give_back(self._database, holder=self._holder, at=datetime.now(UTC))
        except SQLAlchemyError as problem:
            log.error("the lease could not be given back: %s", type(problem).__name__)

    def run_once(self, *, at: datetime) -> int:
        """One round; how many letters left. A database that is away for a while, or keys that
        do not fit a row, must not end the loop."""
        try:
            sent = nudges.run(
                self._database,
                mailer=self._mailer,
                stationery=self._stationery,
                programme=self._programme,
                holder=self._holder,
                at=at,
            )
            self.succeeded_at = at
            return sent
        except (SQLAlchemyError, KeyFileProblem, SealBroken) as problem:
            log.error("the nudge job failed and will run again: %s", type(problem).__name__)
            return 0
