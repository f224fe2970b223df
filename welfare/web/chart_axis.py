"""Axes: a date becomes a place across, a value a height; ticks stand at round places."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

# At most this many labels fit beside each other on a phone.
MOST_TICKS = 5
# Nearer than this to an edge, a centred label would be cut (in per cent).
EDGE = 12.0
# The share of a phone's width that a label needs.
ROOM = {"year": 13.0, "month": 30.0}
YEAR_DAYS = 366
SHORTEST_DAYS = 60
# Wider charts are labelled by years, narrower ones by these steps of months.
MONTH_STEPS = (1, 2, 3, 4, 6)
ROUND_STEPS = (1.0, 2.0, 5.0, 10.0, 20.0, 25.0, 50.0, 100.0)


@dataclass(frozen=True, slots=True)
class Tick:
    """A label under the time axis; `unit` says how the page writes the date."""

    x: float
    on: date
    unit: str

    @property
    def anchor(self) -> str:
        """A label near an edge grows inwards."""
        if self.x < EDGE:
            return "start"
        return "end" if self.x > 100 - EDGE else "middle"

    @property
    def middle(self) -> float:
        """Where the middle of the label comes to stand."""
        shift = {
            "start": ROOM[self.unit] / 2,
            "middle": 0.0,
            "end": -ROOM[self.unit] / 2,
        }
        return self.x + shift[self.anchor]


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Days spread in proportion between two places."""

    start: date
    end: date
    left: float
    right: float

    @classmethod
    def over(cls, days: Sequence[date], *, left: float, right: float) -> Self:
        """An axis that holds all these days. A very short history is given room on both sides."""
        start, end = (
            min(days, default=date(2000, 1, 1)),
            max(days, default=date(2000, 1, 1)),
        )
        missing = max(SHORTEST_DAYS - (end - start).days, 0)
        before = missing // 2
        return cls(start - timedelta(before), end + timedelta(missing - before), left, right)

    def at(self, day: date) -> float:
        """The place of a day, in per cent."""
        share = (day - self.start).days / (self.end - self.start).days
        return round(self.left + share * (self.right - self.left), 2)

    def ticks(self) -> list[Tick]:
        """First days of years or of months, never more than fit."""
        if (self.end - self.start).days > 2 * YEAR_DAYS:
            return self._thinned("year", self._firsts(step=12))
        candidates = (self._firsts(step=step) for step in MONTH_STEPS)
        return self._thinned("month", min(candidates, key=lambda one: len(one) >= MOST_TICKS))

    def _firsts(self, *, step: int) -> list[date]:
        """The first days of every month, or of every `step` months counted from January."""
        found, day = [], self.start.replace(day=1)
        while day <= self.end:
            if day >= self.start and (day.month - 1) % step == 0:
                found.append(day)
            day = (day + timedelta(days=32)).replace(day=1)
        return found

    def _thinned(self, unit: str, firsts: Sequence[date]) -> list[Tick]:
        """Ticks whose labels do not touch on a phone."""
        every = -(-len(firsts) // MOST_TICKS) or 1
        kept: list[Tick] = []
        for day in firsts[::every]:
            tick = Tick(self.at(day), day, unit)
            if not kept or tick.middle - kept[-1].middle >= ROOM[unit]:
                kept.append(tick)
        return kept


@dataclass(frozen=True, slots=True)
class ValueAxis:
    """Values spread between the bottom and the top of the drawing."""

    lowest: float
    highest: float
    top: float
    bottom: float

    def at(self, value: float) -> float:
        """The height of a value, in pixels from above."""
        share = (value - self.lowest) / ((self.highest - self.lowest) or 1)
        return round(self.bottom - share * (self.bottom - self.top), 1)

    def ticks(self) -> list[float]:
        """Round values from the lowest to the highest, at most six of them."""
        reach = self.highest - self.lowest
        step = next((one for one in ROUND_STEPS if reach / one <= MOST_TICKS), ROUND_STEPS[-1])
        count = int(reach // step)
        return [self.lowest + step * place for place in range(count + 1)]
