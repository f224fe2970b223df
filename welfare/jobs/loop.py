"""The job loop of `serve`: runs every job now and then, and at once when the bell rings."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from models.base import new_key
from models.programmes import ProgrammeRefused, load
from models.sealing import KeyFileProblem, SealBroken
from models.session import Database
from welfare.gateways.letters import Stationery
from welfare.gateways.mail import Mailer
from welfare.jobs import (
    alerts,
    appointments,
    messages,
    nudges,
    oversight,
    referrals,
    reminders,
    schedule,
)
from welfare.jobs.herald import Herald
from welfare.jobs.turns import give_back

EVERY_SECONDS = 10.0
NO_END_OF_THE_LOOP = (
    SQLAlchemyError,
    KeyFileProblem,
    SealBroken,
    ProgrammeRefused,
    FileNotFoundError,  # a version of a programme that is not held
)
log = logging.getLogger(__name__)


class Loop:
    """One per serving process; the lease sees to it that only one of them works."""

    def __init__(
        self,
        database: Database,
        *,
        mailer: Mailer,
        stationery: Stationery,
        programme: str,
        herald: Herald | None = None,
    ) -> None:
        self._database, self._mailer, self._stationery = database, mailer, stationery
        self._programme, self._herald = programme, herald
        self._jobs = {
            nudges.NAME: self._nudge,
            alerts.NAME: self._look_after_alerts,
            referrals.NAME: self._tell_overdue,
            messages.NAME: self._look_after_messages,
            schedule.NAME: self._schedule,
            reminders.NAME: self._remind,
            oversight.NAME: self._oversee,
            appointments.NAME: self._announce,
        }
        self._walk = reminders.Walk()
        self._alerts_walk = alerts.Walk()
        self._appointments_walk = appointments.Walk()
        self._holder = new_key()
        self._bell = threading.Event()
        self._is_stopped = threading.Event()
        self.succeeded_at: datetime | None = None  # when a round last ended well

    def ring(self) -> None:
        """A letter was committed: do not wait for the next round."""
        self._bell.set()
        if self._herald is not None:
            self._herald.ring()

    def stop(self) -> None:
        self._is_stopped.set()
        self._bell.set()
        if self._herald is not None:
            self._herald.stop()

    def run(self) -> None:
        while not self._is_stopped.is_set():
            self._bell.clear()
            if self._herald is not None:
                self._herald.start()  # lives on when this loop stands still or ends by itself
            if self.run_once(at=datetime.now(UTC)) == 0:  # else more may wait
                self._bell.wait(EVERY_SECONDS)
        for name in self._jobs:
            self._give_back(name)

    def run_once(self, *, at: datetime) -> int:
        """One round, letters first; how much was done. A job that fails keeps no other from its
        turn: a database that is away for a while, or keys that do not fit a row, must not end
        the loop."""
        done = [self._outcome(name, job, at) for name, job in self._jobs.items()]
        if None not in done:
            self.succeeded_at = at
        return sum(each or 0 for each in done)

    def _outcome(self, name: str, job: Callable[[datetime], int], at: datetime) -> int | None:
        """How much a job did, None if it failed."""
        try:
            return job(at)
        except NO_END_OF_THE_LOOP as problem:
            log.error("the %s job failed and will run again: %s", name, type(problem).__name__)
            return None

    def _nudge(self, at: datetime) -> int:
        return nudges.run(
            self._database,
            mailer=self._mailer,
            stationery=self._stationery,
            programme=load(self._programme),
            holder=self._holder,
            at=at,
        )

    def _look_after_alerts(self, at: datetime) -> int:
        return alerts.run(
            self._database,
            programme=load(self._programme),
            walk=self._alerts_walk,
            holder=self._holder,
            at=at,
        )

    def _tell_overdue(self, at: datetime) -> int:
        return referrals.run(self._database, holder=self._holder, at=at)

    def _look_after_messages(self, at: datetime) -> int:
        return messages.run(self._database, holder=self._holder, at=at)

    def _schedule(self, at: datetime) -> int:
        return schedule.run(
            self._database,
            programme=self._programme,
            holder=self._holder,
            at=at,
            may_go_on=lambda: not self._bell.is_set(),
        )

    def _remind(self, at: datetime) -> int:
        return reminders.run(
            self._database,
            mailer=self._mailer,
            stationery=self._stationery,
            walk=self._walk,
            holder=self._holder,
            at=at,
            may_go_on=lambda: not self._bell.is_set(),
        )

    def _oversee(self, at: datetime) -> int:
        return oversight.run(self._database, holder=self._holder, at=at)

    def _announce(self, at: datetime) -> int:
        return appointments.run(
            self._database, walk=self._appointments_walk, holder=self._holder, at=at
        )

    def _give_back(self, name: str) -> None:
        try:
            give_back(self._database, name=name, holder=self._holder, at=datetime.now(UTC))
        except SQLAlchemyError as problem:
            log.error("the lease could not be given back: %s", type(problem).__name__)
