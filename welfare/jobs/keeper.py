"""Keeps the job loop running in its thread: notices when it dies, says so, starts it again."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from welfare.jobs.loop import Loop

WAIT_SECONDS = 5.0
FAREWELL_SECONDS = 5.0
log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class Keeper:
    """What killed a thread is written down by the log; here it is only counted."""

    def __init__(
        self, loop: Loop, *, clock: Callable[[], datetime] = _now, wait: float = WAIT_SECONDS
    ) -> None:
        self._loop, self._clock, self._wait = loop, clock, wait
        self._is_stopped = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="jobs-keeper", daemon=True)
        self.started_at = clock()
        self.died_at: datetime | None = None

    @property
    def succeeded_at(self) -> datetime | None:
        """When a round last ended well."""
        return self._loop.succeeded_at

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._is_stopped.set()
        self._loop.stop()
        self._thread.join(FAREWELL_SECONDS)

    def _keep(self) -> None:
        while not self._is_stopped.is_set():
            thread = threading.Thread(target=self._loop.run, name="jobs", daemon=True)
            thread.start()
            thread.join()
            if not self._is_stopped.is_set():
                self.died_at = self._clock()
                log.critical("the job loop ended by itself and will be started again")
                self._is_stopped.wait(self._wait)
