"""The clock of a simulated time: what happens next, and the jobs as often as they have work."""

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from random import Random
from uuid import uuid4

from sqlalchemy import func, select, union_all

from models.programmes import load
from models.tables.care import Alert
from models.tables.letters import Letter
from models.vocabulary import AlertStatus
from tests.factories import NOW
from tests.jobs.post_office import STATIONERY, PostOffice
from tests.services.edge import Edge
from welfare.jobs import alerts, nudges

# From a midnight on, so that the same things happen whatever the time of the run.
BEGIN = (NOW + timedelta(days=1)).replace(hour=0, minute=0, second=0)
PROGRAMME = load("un-contingent")
SECOND = timedelta(seconds=1)
ROUND_EVERY = 10  # seconds, as the loop of the jobs without its bell
MOST_ROUNDS = 200
OPEN = (AlertStatus.RAISED, AlertStatus.ACKNOWLEDGED)


class Clockwork:
    """Empty time is skipped: from one event, or moment at which a job has work, to the next."""

    def __init__(self, edge: Edge, *, seed: int) -> None:
        self.edge, self.random, self.at = edge, Random(seed), BEGIN  # noqa: S311 - made-up delays
        self.post = PostOffice()
        self.rounds = 0
        self.are_jobs_down = False
        self.after_round: list[Callable[[], None]] = []
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers, self._walk, self._worker = count(), alerts.Walk(), uuid4()

    def plan(self, at: datetime, event: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (max(at, self.at), next(self._numbers), event))

    def within(self, least: float, most: float) -> timedelta:
        """So many minutes."""
        return timedelta(minutes=self.random.uniform(least, most))

    def run(self, until: datetime) -> None:
        while self.at < until:
            event_at = self._agenda[0][0] if self._agenda else until
            job_at = self._next_work()
            if job_at is not None and job_at <= min(event_at, until):
                self._go_to(job_at)
            elif event_at < until:
                self.at = max(self.at, event_at)
                heapq.heappop(self._agenda)[2]()
            else:
                self.at = until
            self._round()

    def restart_jobs(self) -> None:
        """As another process: what the old one remembered is gone."""
        self.are_jobs_down = False
        self._walk, self._worker = alerts.Walk(), uuid4()

    def _go_to(self, moment: datetime) -> None:
        self.at = max(self.at, moment)

    def _round(self) -> None:
        """What the loop does within seconds, until nothing is left to do. Nobody else has a turn
        in between, so a round without any open alert is left out."""
        if self.are_jobs_down or not self._has_work():
            return
        self.at += timedelta(seconds=self.random.uniform(0, ROUND_EVERY))
        for _ in range(MOST_ROUNDS):
            self.rounds += 1
            done = nudges.run(
                self.edge.database,
                mailer=self.post,
                stationery=STATIONERY,
                programme=PROGRAMME,
                holder=self._worker,
                at=self.at,
            )
            done += alerts.run(
                self.edge.database,
                programme=PROGRAMME,
                walk=self._walk,
                holder=self._worker,
                at=self.at,
            )
            if not done:
                break
            self.at += SECOND
        for look in self.after_round:
            look()

    def _has_work(self) -> bool:
        with self.edge.database.reading() as session:
            return (
                session.scalar(select(Alert.id).where(Alert.status.in_(OPEN)).limit(1)) is not None
            )

    def _next_work(self) -> datetime | None:
        """The next moment from which a job finds something that it does not find now."""
        if self.are_jobs_down:
            return None
        is_open = Alert.status.in_(OPEN)
        moments = union_all(
            select(func.min(Alert.next_nudge_at)).where(is_open, Alert.next_nudge_at > self.at),
            select(func.min(Alert.due_at)).where(is_open, Alert.due_at > self.at),
            select(func.min(Letter.next_try_at)).where(
                Letter.sent_at.is_(None), Letter.next_try_at > self.at
            ),
        )
        with self.edge.database.reading() as session:
            return min((each for each in session.scalars(moments) if each), default=None)
