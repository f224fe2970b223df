"""Figures for whoever watches the machine. No label names a unit, a person, a page or a role."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from importlib.metadata import version
from time import perf_counter
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, Info, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import IntegrityError

from models.session import Database, snapshot
from welfare.jobs import nudges
from welfare.jobs.keeper import Keeper
from welfare.services.condition import Condition, read_condition
from welfare.upkeep.site import AWAY

METHODS = ("GET", "POST")
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
StartResponse = Callable[..., Any]
Pages = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class Measures:
    """One registry for each serving process, apart from the library's global one."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        Info("welfare_build", "The version that runs", registry=self.registry).info(
            {"version": version("welfare")}
        )
        self._requests = Counter(
            "welfare_requests",
            "Requests served, by method and class of status",
            ["method", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "welfare_request_seconds",
            "Time until a page was ready",
            ["method"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self._errors = Counter(
            "welfare_database_errors",
            "Statements that the database did not carry out",
            registry=self.registry,
        )

    def counted(self, pages: Pages) -> Pages:
        """The same pages; every one is counted and timed."""

        def count(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
            begun, said = perf_counter(), ["5xx"]  # an answer that never begins is a fault

            def start(status: str, *rest: Any) -> Any:
                said[0] = f"{status[0]}xx"
                return start_response(status, *rest)

            method = environ["REQUEST_METHOD"]
            method = method if method in METHODS else "other"
            try:
                return pages(environ, start)
            finally:
                self._requests.labels(method, said[0]).inc()
                self._seconds.labels(method).observe(perf_counter() - begun)

        return count

    def watch(self, database: Database, keeper: Keeper, clock: Callable[[], datetime]) -> None:
        event.listen(database.engine, "handle_error", self._note_error)
        self.registry.register(SiteFigures(database, keeper, clock))

    def _note_error(self, context: ExceptionContext) -> None:
        """Somebody was faster: that is no fault, and has its own page."""
        if not isinstance(context.sqlalchemy_exception, IntegrityError):
            self._errors.inc()


class SiteFigures:
    """Read from the database each time somebody asks; ages are in seconds."""

    def __init__(self, database: Database, keeper: Keeper, clock: Callable[[], datetime]) -> None:
        self._database, self._keeper, self._clock = database, keeper, clock

    def describe(self) -> Iterable[Metric]:
        return ()  # asked once when registered: the database need not answer then

    def collect(self) -> Iterator[Metric]:
        at = self._clock()
        yield from _age("welfare_jobs_success_age_seconds", self._keeper.succeeded_at, at)
        try:
            with snapshot(self._database) as session:
                condition = read_condition(session, job=nudges.NAME, at=at)
        except AWAY:
            yield _gauge("welfare_database_up", 0)
            return
        yield _gauge("welfare_database_up", 1)
        yield from _of(condition, at)


def _of(condition: Condition, at: datetime) -> Iterator[Metric]:
    yield _gauge("welfare_letters_waiting", condition.letters_waiting)
    yield _gauge("welfare_work_past_due", condition.alerts_past_due)
    yield from _age("welfare_letter_oldest_age_seconds", condition.oldest_letter_at, at)
    yield from _age("welfare_backup_verified_age_seconds", condition.backup_verified_at, at)


def _age(name: str, since: datetime | None, at: datetime) -> Iterator[Metric]:
    """Absent where there is nothing to tell the age of."""
    if since is not None:
        yield _gauge(name, (at - since).total_seconds())


def _gauge(name: str, value: float) -> Metric:
    return GaugeMetricFamily(name, MEANINGS[name], value=value)


MEANINGS = {
    "welfare_database_up": "1 if the database can be reached",
    "welfare_jobs_success_age_seconds": "Since a round of the jobs last ended well",
    "welfare_letters_waiting": "Letters that have not left yet",
    "welfare_letter_oldest_age_seconds": "Since the oldest of them was written",
    "welfare_work_past_due": "Work past its time that nobody has taken up",
    "welfare_backup_verified_age_seconds": "Since a backup last passed its own restore",
}
