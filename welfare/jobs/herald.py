"""Tells other programs by webhooks, in a thread of its own: no letter ever waits for them, and a
job loop that stands still is noticed."""

import logging
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from models.base import new_key
from models.sealing import KeyFileProblem, SealBroken
from models.session import Database, snapshot
from welfare.gateways.letters import Stationery
from welfare.gateways.webhook import Webhook
from welfare.jobs import nudges, texts
from welfare.jobs.alarms import Alarms
from welfare.jobs.turns import give_back, is_ours
from welfare.services.condition import read_standing

NAME = "webhooks"
LEASE = timedelta(seconds=90)  # longer than one round, however slow the other programs are
EVERY_SECONDS = 10.0
NO_END_OF_THE_HERALD = (SQLAlchemyError, KeyFileProblem, SealBroken)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Channels:
    """Whom to tell, each None where nobody is to be told."""

    alarm: Webhook | None = None
    texts: Webhook | None = None

    @property
    def is_any(self) -> bool:
        return self.alarm is not None or self.texts is not None


class Herald:
    """One per serving process; the lease sees to it that only one of them tells."""

    def __init__(
        self, database: Database, channels: Channels, *, stationery: Stationery, since: datetime
    ) -> None:
        self._database, self._channels, self._stationery = database, channels, stationery
        alarm = channels.alarm
        self._alarms = Alarms(alarm, site=stationery.site, since=since) if alarm else None
        self._holder = new_key()
        self._bell = threading.Event()
        self._is_stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Does nothing where it runs already; daemon, so that a slow program holds up no end."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self.run, name="webhooks", daemon=True)
            self._thread.start()

    def ring(self) -> None:
        self._bell.set()

    def stop(self) -> None:
        self._is_stopped.set()
        self._bell.set()

    def run(self) -> None:
        while not self._is_stopped.is_set():
            self._bell.clear()
            self.run_once(at=datetime.now(UTC))
            self._bell.wait(EVERY_SECONDS)
        try:
            give_back(self._database, name=NAME, holder=self._holder, at=datetime.now(UTC))
        except SQLAlchemyError as problem:
            log.error("the lease could not be given back: %s", type(problem).__name__)

    def run_once(self, *, at: datetime) -> None:
        """One round, text messages first: somebody waits for those."""
        try:
            if is_ours(self._database, name=NAME, holder=self._holder, span=LEASE, at=at):
                self._tell(at)
        except NO_END_OF_THE_HERALD as problem:
            log.error("the webhooks failed and will run again: %s", type(problem).__name__)

    def _tell(self, at: datetime) -> None:
        if self._channels.texts is not None:
            texts.run(
                self._database, webhook=self._channels.texts, stationery=self._stationery, at=at
            )
        if self._alarms is not None:
            with snapshot(self._database) as session:
                standing = read_standing(session, job=nudges.NAME, at=at)
            self._alarms.tell(standing, at=at)
