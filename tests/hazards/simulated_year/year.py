"""A simulated time: its force, humans, faults and promises, put together."""

from datetime import datetime, timedelta
from statistics import median

from models.tables.care import Alert
from tests.factories import Factory
from tests.hazards.simulated_year.answers import Answers
from tests.hazards.simulated_year.clockwork import BEGIN, Clockwork
from tests.hazards.simulated_year.faults import HOUR, Faults
from tests.hazards.simulated_year.force import Force
from tests.hazards.simulated_year.humans import Humans
from tests.hazards.simulated_year.promises import Promises
from tests.services.edge import Edge

DAY = timedelta(days=1)
QUIET = 8 * DAY  # at the end nothing new begins, and everything finds its outcome


class Year:
    """`returns_on`: the day on which everybody comes home."""

    def __init__(
        self, edge: Edge, make: Factory, *, people: int, days: int, returns_on: int, seed: int = 5
    ) -> None:
        self.edge, self.ends = edge, BEGIN + timedelta(days=days)
        self.returns = BEGIN + timedelta(days=returns_on)
        self.force = Force(edge, make, people=people, returns_on=returns_on)
        self.clock = Clockwork(edge, seed=seed)
        self.faults = Faults(self.clock, self.force, until=self.ends)
        self.humans = Humans(self.clock, self.force)
        self.promises = Promises(self.clock, self.force, self.humans, self.faults)
        self.answers = Answers(self.clock, self.force)

    def calls(self, count: int) -> None:
        span = self.ends - BEGIN - QUIET
        for _ in range(count):
            self.answers.call(BEGIN + self.clock.random.random() * span)

    def just_before(self, moment: datetime) -> datetime:
        return moment - self.clock.within(2, 50)

    def live(self) -> str:
        """Until its end. Returns what happened in one line."""
        self.promises.watch_outages()
        self.clock.run(self.ends)
        self.promises.check_all()
        return self._told()

    def _told(self) -> str:
        answers, faults, humans = self.answers, self.faults, self.humans
        alerts = {alert.id: alert for alert in self.edge.rows(Alert)}
        first: dict[object, datetime] = {}
        for left, alert_id, *_ in humans.told:
            first.setdefault(alert_id, left)
        waits = [(left - alerts[each].raised_at) / HOUR for each, left in first.items()]
        inside = [humans.acknowledged[each] <= alerts[each].due_at for each in alerts]
        return (
            f"{answers.sent} screenings and {answers.calls} calls raised {len(alerts)} alerts; "
            f"{len(humans.told)} letters left; outages {len(faults.outages)}, duty swapped "
            f"{faults.changes}, clinicians disabled {faults.disabled}, leaves {faults.leaves}, "
            f"not asked into a gap {answers.turned_away}; first letter: median "
            f"{median(waits) * 3600:.0f} s, longest {max(waits):.1f} h; acknowledged inside the "
            f"clock {sum(inside)} of {len(inside)}; without an outcome 0; "
            f"{self.clock.rounds} rounds of the jobs"
        )
